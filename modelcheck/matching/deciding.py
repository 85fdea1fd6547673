"""What follows from the comparisons of two models' rows: derived, not derived, or that it cannot be told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from modelcheck.matching.permutation import Match
from modelcheck.records import record

Outcome = Literal["derived", "not derived", "cannot tell"]
Degree = Literal["identical", "rounded", "quantized", "close", "far", "embedding only"]
DERIVED = 1e-6
"""Weights are called derived up to this p-value, which counts all comparisons made."""
_BY_CHANCE = 0.01
_ALIKE = 0.1
"""Of models trained apart the mean cosine is around 0: its deviation is 0.03 for 16 vectors of 64 values, 0.004 for 4,096."""
_LEAST = 11
"""With fewer vectors not even a full match of one in four comparisons reaches DERIVED."""
_OWN = r"^(layer \d+ \w+|embedding)|[\d,]+"
"""What is a part's own in a reason: its name, and numbers."""
CLOSE = 0.1
"""Fine-tuning changes values by a tenth at most; published pairs differ by 0.02 or less (arXiv 2505.12716)."""


@record()
class Kinship:
    """Whether the first model's weights come from the second's, or both from the same earlier ones.

    ``p`` is the chance that models trained apart agree as well, over all comparisons; None if nothing could be compared.
    ``degree`` says how far derived weights are from each other (``quantized``: no further than the quantisation of one explains,
    which hides what a fine-tuning may have changed), ``change`` by how much of their norm. ``why`` explains an outcome
    that is not derived. ``whole`` says that models whose first layers are the same are the same in every tensor, as far as
    a row of each shows; ``elsewhere`` is a tensor in which they are not.
    """

    outcome: Outcome
    p: float | None
    degree: Degree | None = None
    change: float | None = None
    matches: tuple[Match, ...] = ()
    why: str = ""
    whole: bool = False
    elsewhere: str = ""


def decide(matches: Sequence[Match], missing: Iterable[str] = ()) -> Kinship:
    """Return the outcome; ``missing`` says why what is not among the matches could not be compared."""
    reasons = _told_once(missing)
    if not matches:
        return Kinship("cannot tell", None, why="; ".join(reasons) or "no weights that both have could be read")
    p = min(1.0, len(matches) * min(one.p for one in matches))
    found = tuple(matches)
    units = [one for one in found if one.axis == "rows"]
    if p <= DERIVED:
        close = [one for one in found if one.p * len(found) <= DERIVED]
        change = max(one.change for one in close)
        return Kinship("derived", p, _degree(found, close), change, found)
    if not any(one.of >= _LEAST for one in units):
        return Kinship("cannot tell", p, matches=found, why="; ".join(reasons) or "too few rows of the layers could be compared")
    if not any(one.axis == "columns" for one in found):  # the units of a layer may be in another order
        return Kinship("cannot tell", p, matches=found, why="; ".join(reasons) or "their embeddings could not be compared")
    doubtful = next((one for one in found if one.p <= _BY_CHANCE or abs(one.cosine) > _ALIKE), None)
    if doubtful:
        return Kinship("cannot tell", p, matches=found, why=f"{doubtful.part} agrees a little, which is no clear answer")
    unread = "; ".join(reasons)
    return Kinship("cannot tell", p, matches=found, why=unread) if reasons else Kinship("not derived", p, matches=found)


def _told_once(reasons: Iterable[str]) -> list[str]:
    """The reasons, each kind once: those that differ only in the part and in numbers are counted."""
    kinds: dict[str, list[str]] = {}
    for reason in dict.fromkeys(reasons):
        kinds.setdefault(re.sub(_OWN, "", reason), []).append(reason)
    return [
        first + (f" (and {len(others)} other part{'s' if len(others) > 1 else ''} likewise)" if others else "")
        for first, *others in kinds.values()
    ]


def _degree(found: Sequence[Match], close: Sequence[Match]) -> Degree:
    if not any(one.axis == "rows" for one in close) and any(one.axis == "rows" for one in found):
        return "embedding only"
    if all(one.equal for one in found):
        return "identical"
    if all(one.equal or one.rounded for one in found):
        return "rounded"
    if all(one.change <= one.rounding for one in found):
        return "quantized"
    return "close" if all(one.change <= max(CLOSE, one.rounding) for one in found) else "far"
