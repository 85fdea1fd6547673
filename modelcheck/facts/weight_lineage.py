"""Whether a checkpoint's weights come from those of the parents that its files name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.declarations import fact
from modelcheck.errors import Absent
from modelcheck.facts.lineage import Lineage, Origin
from modelcheck.facts.weight_rows import WeightRows
from modelcheck.handles import Checkpoints
from modelcheck.records import record

if TYPE_CHECKING:
    from modelcheck.matching.deciding import Kinship

_MOST = 4


@record()
class FromParent:
    """What the weights say of one parent."""

    origin: Origin
    kinship: Kinship

    @property
    def copied(self) -> bool:
        """Whether the weights are the parent's all over the model, exactly or rounded to another type."""
        return self.kinship.whole


@record()
class WeightLineage:
    """``of`` are the parents that were compared, of the first four, in the order of the checkpoint's lineage."""

    of: tuple[FromParent, ...]


@fact(cost="weights")
def weight_lineage(lineage: Lineage, rows: WeightRows, checkpoints: Checkpoints) -> WeightLineage:
    """Compares some rows of the weights with those of each parent on the Hub. Raises Absent if none of them can be read."""
    found = []
    for origin in lineage.origins[:_MOST]:
        theirs = checkpoints.fact(WeightRows, origin.id, origin.revision) if origin.id else None
        if theirs is not None:
            found.append(FromParent(origin, rows.compared(theirs)))
    if not found:
        raise Absent("the weights of its parents cannot be read", ordinary=True)
    return WeightLineage(tuple(found))
