"""The checkpoints that this one was made from, each with its own verdict."""

from __future__ import annotations

from modelcheck.declarations import fact
from modelcheck.facts.lineage import Lineage, Origin
from modelcheck.handles import Checkpoints
from modelcheck.records import record
from modelcheck.verdict import Verdict

_MOST = 8


@record()
class Parent:
    """``name`` is its Hub id, or the last part of a path; ``verdict`` its own, by its files or by its name alone."""

    name: str
    origin: Origin
    verdict: Verdict


@record()
class Parents:
    """The parents of the checkpoint, in the order of its lineage; at most eight."""

    of: tuple[Parent, ...]


@fact(cost="files")
def parents(lineage: Lineage, checkpoints: Checkpoints) -> Parents:
    """Judges each parent by name. One that the checkpoint depends on is also opened, within the budget of the run.

    An adapter and a quantised copy take their parent's stage, so it is always opened; another single parent only if its name
    states no stage.
    """
    found = [Parent(origin.name, origin, checkpoints.named(origin.name)) for origin in lineage.origins[:_MOST]]
    first = found[0]
    depends = lineage.relation in ("adapter", "quantized")
    if first.origin.id and (depends or (len(found) == 1 and first.verdict.label == "unknown")):
        found[0] = Parent(first.name, first.origin, checkpoints.verdict(first.origin.id, first.origin.revision))
    return Parents(tuple(found))
