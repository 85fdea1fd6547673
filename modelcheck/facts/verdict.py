"""The verdict as a fact."""

from __future__ import annotations

from modelcheck.handles import AllEvidence
from modelcheck.registry import fact
from modelcheck.verdict import Verdict, fold


@fact(cost="files")
def verdict(evidence: AllEvidence) -> Verdict:
    """The fold of all evidence."""
    return fold(evidence)
