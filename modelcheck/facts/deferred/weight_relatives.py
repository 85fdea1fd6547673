"""Which of the models whose fingerprints the user has are related to a checkpoint, by its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.declarations import fact
from modelcheck.facts.known_weights import KnownWeights
from modelcheck.facts.weight_rows import WeightRows
from modelcheck.records import record

if TYPE_CHECKING:
    from modelcheck.matching.deciding import Kinship


@record()
class Relative:
    """One related model, and what the weights say."""

    name: str
    kinship: Kinship


@record()
class WeightRelatives:
    """``of`` are the related models, the nearest first; ``compared`` is the number of all that were compared."""

    of: tuple[Relative, ...]
    compared: int


@fact(cost="weights", local="files")
def weight_relatives(rows: WeightRows, known: KnownWeights) -> WeightRelatives:
    """Compares the sketch of a checkpoint's rows with those of a file. Raises Absent without a file, or without numpy and scipy."""
    from modelcheck.matching.comparing import compared
    from modelcheck.matching.sketch import sketch

    small = WeightRows(rows.parts, lambda part: sketch(rows.read(part)))
    found = [Relative(one.name, compared(small, one.rows)) for one in known.models]
    related = [one for one in found if one.kinship.outcome == "derived"]
    return WeightRelatives(tuple(sorted(related, key=lambda one: one.kinship.change or 0.0)), len(found))
