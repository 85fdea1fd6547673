"""Helpers for the tests of plug-in authors.

    from modelcheck.testing import check

    def test_fires():
        assert check("acme/house-style", {"README.md": "---\\nlicense: mit\\n---\\n"})

``check`` runs one rule, through the engine, on files in memory. ``check_examples`` runs the examples of a rule's docstring: the
files under ``## Bad`` must fire, those under ``## Good`` must not.
"""

from __future__ import annotations

from modelcheck.testing.checking import check, check_examples
from modelcheck.testing.memory import MemorySource

__all__ = ["MemorySource", "check", "check_examples"]
