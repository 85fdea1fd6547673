"""What the author of a plug-in tests with.

    from modelcheck.testing import check

    def test_fires():
        assert check("acme/house-style", {"README.md": "---\\nlicense: mit\\n---\\n"})

``check`` runs one rule, through the engine, on files that exist in memory only. ``check_examples`` runs the examples of a
rule's docstring: what stands under ``## Bad`` must fire, what stands under ``## Good`` must not.
"""

from __future__ import annotations

from modelcheck.testing.checking import check, check_examples
from modelcheck.testing.memory import MemorySource

__all__ = ["MemorySource", "check", "check_examples"]
