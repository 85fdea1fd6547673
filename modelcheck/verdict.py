"""The verdict: all evidence combined. Groups add up; within a group only the strongest evidence counts.

Statements of a card are the exception: they may contradict each other, so the strongest for base and the strongest for
instruct both count, and the next one of another kind on the same side counts half.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from typing import Literal

from modelcheck import fitted
from modelcheck.findings import Axis, Evidence, SubLabel, Weighed
from modelcheck.groups import OF_STATEMENTS
from modelcheck.records import record, replace

Label = Literal["base", "instruct", "unknown", "not-applicable"]
SURE = 0.95
"""The probability from which a label is assigned; below it, the label is unknown."""
TASK_PRIOR = -3.0
"""Nats: without evidence of its task a checkpoint counts as a text generator, as about 95 in 100 scanned checkpoints are."""
CERTAIN = 7.0
"""Nats: no sum of evidence is more certain than one error in a thousand."""
SECOND = 0.5
"""What the second statement of another kind counts: it partly repeats the first."""
_SEEN = 2.0
_OF_LABEL: Mapping[str, Label] = {
    "reasoning": "instruct",
    "instruct-without-chat-format": "instruct",
    "rl-zero": "instruct",
    "domain-continued": "base",
    "pretrained-only": "base",
    "mid-trained": "base",
    "turn-tokens-trained": "base",
}


@record(eq=True)
class Verdict:
    """What a checkpoint is. ``p_instruct`` is None if the question does not apply.

    ``decisive`` is the evidence that counted, ``superseded`` that for which a stronger one of its group counted; each is sorted,
    strongest first. ``sub_labels`` describe the checkpoint further, in alphabetical order.
    """

    label: Label
    p_instruct: float | None
    decisive: tuple[Weighed, ...] = ()
    superseded: tuple[Weighed, ...] = ()
    sub_labels: tuple[SubLabel, ...] = ()

    @property
    def evidence(self) -> tuple[Weighed, ...]:
        """All evidence: first what counted."""
        return (*self.decisive, *self.superseded)

    def nats(self, *, without: Collection[str] = ()) -> float:
        """Return the sum of the stage evidence without some groups, for a rule that must not rely on its own observation."""
        return sum(one.evidence.weight for one in self.stage if one.group not in without)

    def without(self, groups: Collection[str]) -> Label:
        """Return the label without some groups, for a rule that compares them with the others."""
        if self.label == "not-applicable":
            return self.label
        return _label({Axis.TASK: 0.0, Axis.STAGE: self.nats(without=groups)})[0]

    @property
    def stage(self) -> tuple[Weighed, ...]:
        """The evidence that counted for base or instruct, strongest first."""
        return tuple(one for one in self.decisive if one.evidence.axis is Axis.STAGE)

    def contradiction(self, groups: Collection[str], *, clear: float) -> tuple[Evidence, Evidence] | None:
        """Return the strongest evidence of some groups and of the others, if the two sides are clear and contradict each other.

        ``clear`` is in nats. A missing file contradicts nothing: the other side must have evidence with a place, or from the name.
        """
        rest = self.nats(without=groups)
        ours = self.nats() - rest
        said = next((one.evidence for one in self.stage if one.group in groups and one.evidence.weight * ours > 0), None)
        if self.label == "not-applicable" or said is None or min(abs(ours), abs(rest)) < clear or ours * rest > 0:
            return None
        seen = (one.evidence for one in self.stage if one.group not in groups and (one.evidence.at or one.group == "name"))
        other = next((evidence for evidence in seen if evidence.weight * rest > 0 and abs(evidence.weight) >= _SEEN), None)
        return (said, other) if other else None

    @property
    def confidence(self) -> float | None:
        """The probability of the label; None for unknown and not-applicable."""
        if self.p_instruct is None or self.label not in ("base", "instruct"):
            return None
        return self.p_instruct if self.label == "instruct" else 1 - self.p_instruct


def fold(evidence: Iterable[Weighed], weights: Mapping[str, float] = fitted.WEIGHTS) -> Verdict:
    """Return the verdict on evidence. It does not depend on the order of the evidence.

    ``weights`` is the fitted table: ``signal:kind`` → nats. Evidence without a row there, such as that of every plug-in, keeps its
    own weight.
    """
    ordered = sorted((_fitted(weighed, weights) for weighed in evidence), key=_order)
    decisive, superseded = _counted(ordered)
    total = {axis: sum(weighed.evidence.weight for weighed in decisive if weighed.evidence.axis is axis) for axis in Axis}
    label, p = _label(total)
    said = {one.evidence.sub_label for one in ordered if one.evidence.sub_label}
    if "mid-trained" in said:
        said.discard("pretrained-only")
    sub_labels = tuple(sorted(sub for sub in said if _OF_LABEL.get(sub, label) == label))
    return Verdict(label, p, tuple(decisive), tuple(superseded), sub_labels)


def _counted(ordered: Iterable[Weighed]) -> tuple[list[Weighed], list[Weighed]]:
    """Return the evidence that counts, with the weight that it counts, and the rest; each in the order given, strongest first."""
    decisive, superseded = list[Weighed](), list[Weighed]()
    first: dict[tuple[object, ...], Weighed] = {}
    second = set[tuple[object, ...]]()
    for weighed in ordered:
        one = weighed.evidence
        statement = weighed.group in OF_STATEMENTS and one.axis is Axis.STAGE and one.weight != 0
        place = (weighed.group, one.axis, one.weight > 0 if statement else None)
        before = first.setdefault(place, weighed)
        if before is weighed:
            decisive.append(weighed)
        elif statement and place not in second and one.kind != before.evidence.kind:
            second.add(place)
            decisive.append(replace(weighed, evidence=replace(one, weight=SECOND * one.weight)))
        else:
            superseded.append(weighed)
    return sorted(decisive, key=_order), superseded


def _label(total: Mapping[Axis, float]) -> tuple[Label, float | None]:
    if probability(total[Axis.TASK] + TASK_PRIOR) >= SURE:
        return "not-applicable", None
    p = probability(fitted.SLOPE * total[Axis.STAGE])
    return "instruct" if p >= SURE else "base" if p <= 1 - SURE else "unknown", p


def probability(nats: float) -> float:
    """Return the probability of log-odds of ``nats``, bounded by ``CERTAIN``."""
    bounded = max(-CERTAIN, min(CERTAIN, nats))
    return 1 / (1 + math.exp(-bounded))


def nats_of(p: float) -> float:
    """Return the sum of evidence that gives a probability, bounded by ``CERTAIN``: the inverse of what a verdict does."""
    bounded = max(probability(-CERTAIN), min(probability(CERTAIN), p))
    return math.log(bounded / (1 - bounded)) / fitted.SLOPE


def _fitted(weighed: Weighed, weights: Mapping[str, float]) -> Weighed:
    weight = weights.get(f"{weighed.signal}:{weighed.evidence.kind}")
    return weighed if weight is None else replace(weighed, evidence=replace(weighed.evidence, weight=weight))


def _order(weighed: Weighed) -> tuple[object, ...]:
    """Strongest first, then by place: a total order, so that the result is the same in every run."""
    evidence, at = weighed.evidence, weighed.evidence.at
    place = (at.path, at.line or 0, at.column or 0) if at else ("", 0, 0)
    return (-abs(evidence.weight), evidence.weight, weighed.group, weighed.signal, evidence.axis, *place, evidence.because)
