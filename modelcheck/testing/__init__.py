"""Helpers for the tests of plug-in authors, one or two for each kind of plug-in.

    from modelcheck.testing import check

    def test_fires():
        assert check("acme/house-style", {"README.md": "---\\nlicense: mit\\n---\\n"})

``check`` runs one rule on files in memory, ``check_examples`` the examples of a rule's docstring. ``judge`` returns the verdict,
``observe`` what one signal yields, ``read_fact`` one fact. ``read_uses`` reads deployment files, ``open_source`` opens a target and
checks its source, ``render_report`` writes a report in an output format.

All of them run what a scan runs. A test with them cannot pass because nothing was tested: where the rule or signal was skipped, the
fact is missing, no reader took the file or the source was refused, they raise AssertionError with the reason.
"""

from __future__ import annotations

from modelcheck.testing.checking import check, check_examples
from modelcheck.testing.judging import judge, observe, read_fact
from modelcheck.testing.memory import MemorySource
from modelcheck.testing.opening import check_source, open_source
from modelcheck.testing.reading import read_uses
from modelcheck.testing.rendering import render_report

__all__ = [
    "MemorySource",
    "check",
    "check_examples",
    "check_source",
    "judge",
    "observe",
    "open_source",
    "read_fact",
    "read_uses",
    "render_report",
]
