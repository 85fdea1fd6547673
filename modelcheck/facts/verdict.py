"""The verdict as a fact."""

from __future__ import annotations

from modelcheck.declarations import fact
from modelcheck.handles import AllEvidence
from modelcheck.verdict import Verdict, fold


@fact(cost="files")
def verdict(evidence: AllEvidence) -> Verdict:
    """The fold of all evidence."""
    return fold(evidence)
