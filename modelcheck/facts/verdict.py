"""The verdict as a fact, so that a rule asks for it as for any other."""

from __future__ import annotations

from modelcheck.registry import AllEvidence, fact
from modelcheck.verdict import Verdict, fold


@fact(cost="files")
def verdict(evidence: AllEvidence) -> Verdict:
    """What all signals say together."""
    return fold(evidence)
