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
    """What the weights say of one parent. ``same`` is set if not only what ``kinship`` rests on is identical, but attention too."""

    origin: Origin
    kinship: Kinship
    same: bool


@record()
class WeightLineage:
    """``of`` are the parents that were compared, of the first four, in the order of the checkpoint's lineage."""

    of: tuple[FromParent, ...]


@fact(cost="weights")
def weight_lineage(lineage: Lineage, rows: WeightRows, checkpoints: Checkpoints) -> WeightLineage:
    """Compares some rows of the weights with those of each parent on the Hub. Raises Absent if none of them can be read."""
    from modelcheck.matching.comparing import identical

    found = []
    for origin in lineage.origins[:_MOST]:
        theirs = checkpoints.fact(WeightRows, origin.id, origin.revision) if origin.id else None
        if theirs is not None:
            kinship = rows.compared(theirs)
            found.append(FromParent(origin, kinship, same=kinship.degree == "identical" and identical(rows, theirs)))
    if not found:
        raise Absent("the weights of its parents cannot be read", ordinary=True)
    return WeightLineage(tuple(found))
