"""The fold: what all evidence says together. Groups add; inside a group only the strongest counts."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from modelcheck.findings import Axis, Weighed

Label = Literal["base", "instruct", "unknown", "not-applicable"]
SURE = 0.95
"""The probability from which a label is given; below it, the label is unknown."""
TASK_PRIOR = -3.0
"""Nats: a checkpoint that says nothing of its task writes text, as about 95 in 100 of those do that modelcheck is asked about."""
CERTAIN = 7.0
"""Nats: no sum of judgements is surer than one in a thousand."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a checkpoint is. ``p_instruct`` is None where the question does not apply; ``evidence`` is strongest first.

    ``decisive`` holds the evidence that counted, ``superseded`` what a stronger one of its group speaks for.
    """

    label: Label
    p_instruct: float | None
    decisive: tuple[Weighed, ...] = ()
    superseded: tuple[Weighed, ...] = ()

    @property
    def evidence(self) -> tuple[Weighed, ...]:
        """All of it: what counted first."""
        return (*self.decisive, *self.superseded)

    def nats(self, *, without: str) -> float:
        """What the stage evidence of all groups but one adds up to: for a rule that must not lean on its own observation."""
        return sum(one.evidence.weight for one in self.decisive if one.evidence.axis is Axis.STAGE and one.group != without)

    @property
    def confidence(self) -> float | None:
        """The probability of the label; None for unknown and not-applicable."""
        if self.p_instruct is None or self.label not in ("base", "instruct"):
            return None
        return self.p_instruct if self.label == "instruct" else 1 - self.p_instruct


def fold(evidence: Iterable[Weighed]) -> Verdict:
    """Weigh the evidence. The result does not depend on its order."""
    ordered = sorted(evidence, key=_order)
    decisive: dict[tuple[str, Axis], Weighed] = {}
    superseded: list[Weighed] = []
    for weighed in ordered:
        place = (weighed.group, weighed.evidence.axis)
        if decisive.setdefault(place, weighed) is not weighed:
            superseded.append(weighed)
    total = {axis: sum(weighed.evidence.weight for (_, on), weighed in decisive.items() if on is axis) for axis in Axis}
    if probability(total[Axis.TASK] + TASK_PRIOR) >= SURE:
        return Verdict("not-applicable", None, tuple(decisive.values()), tuple(superseded))
    p = probability(total[Axis.STAGE])
    label: Label = "instruct" if p >= SURE else "base" if p <= 1 - SURE else "unknown"
    return Verdict(label, p, tuple(decisive.values()), tuple(superseded))


def probability(nats: float) -> float:
    """The probability that log-odds of ``nats`` stand for, at most as sure as ``CERTAIN`` allows."""
    bounded = max(-CERTAIN, min(CERTAIN, nats))
    return 1 / (1 + math.exp(-bounded))


def _order(weighed: Weighed) -> tuple[object, ...]:
    """Strongest first; what is equally strong in the order of its place. A total order, so that none depends on chance."""
    evidence, at = weighed.evidence, weighed.evidence.at
    place = (at.path, at.line or 0, at.column or 0) if at else ("", 0, 0)
    return (-abs(evidence.weight), evidence.weight, weighed.group, weighed.signal, evidence.axis, *place, evidence.because)
