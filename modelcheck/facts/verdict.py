"""The verdict as a fact."""

from __future__ import annotations

from modelcheck.registry import AllEvidence, fact
from modelcheck.verdict import Verdict, fold


@fact(cost="files")
def verdict(evidence: AllEvidence) -> Verdict:
    """The fold of all evidence."""
    return fold(evidence)
