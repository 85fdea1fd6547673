"""The checkpoint that this one was made from, with facts of its own."""

from __future__ import annotations

from dataclasses import dataclass

from modelcheck.errors import Absent
from modelcheck.facts.lineage import Lineage, Origin
from modelcheck.registry import Checkpoints, fact
from modelcheck.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Parent:
    """``name`` is its Hub id; ``verdict`` its own, by its own files or, where they cannot be reached, by its name."""

    name: str
    origin: Origin
    verdict: Verdict


@fact(cost="files")
def parent(lineage: Lineage, checkpoints: Checkpoints) -> Parent:
    """Of an adapter or a quantised copy, the first parent that has a Hub id; of others, a parent tells too little to be asked for.

    Opened under the run's own budget: from the Hub, the cache, or by its name.
    """
    if lineage.relation not in ("adapter", "quantized"):
        raise Absent("it is no adapter and no quantised copy of another checkpoint", ordinary=True)
    for origin in lineage.origins:
        if origin.id:
            return Parent(origin.id, origin, checkpoints.verdict(origin.id, origin.revision))
    raise Absent("what it was made from has no Hub id")
