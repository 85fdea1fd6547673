"""The test: are the vectors of one model, in their order, those of the other?

A training starts from random weights and treats the units of a layer alike. So of two models that were trained apart, the order
of the units in one has nothing to do with their order in the other: if each vector of one is paired with a vector of the other so
that the pairs are as similar as possible, each of the k! pairings is as likely as any other. Where one model comes from the other,
nearly all vectors are paired with the one in the same place. Under independence the number of those is that of the fixed points of
a random permutation, so the p-value is exact, whatever the weights look like (Zhu, Ahmed, Kuditipudi and Liang, "Independence Tests
for Language Models", arXiv 2502.12292).
"""

from __future__ import annotations

from functools import cache
from math import comb, factorial
from typing import TYPE_CHECKING

from modelcheck.matching.rows import Axis, Rows, enough, usable
from modelcheck.records import record

if TYPE_CHECKING:
    from numpy import ndarray

_SHUFFLED = 20260
EXACT = ("F64", "F32", "F16", "BF16")
"""Types whose values are stored as they are: two models that have the same one differ by training, not by rounding."""


@record()
class Match:
    """Of ``of`` vectors, ``fixed`` are paired with the one in the same place; ``p`` is the chance of as many or more.

    ``cosine`` is the mean cosine of the vectors in the same place; ``change`` the norm of the difference over the mean norm of
    both; ``equal`` whether all values are the same, ``rounded`` whether they are if one side is rounded to the type of the other.
    ``rounding`` is the change that a quantisation explains.
    """

    part: str
    axis: Axis
    fixed: int
    of: int
    p: float
    cosine: float
    change: float
    equal: bool
    rounded: bool
    rounding: float


def match(a: Rows, b: Rows) -> Match | None:
    """Compare the rows of two models; None if too few of them can be compared. Both have the same part and shape."""
    import numpy as np

    left, right = a.vectors, b.vectors
    with np.errstate(all="ignore"):
        kept = usable(left, right)
        if not enough(int(kept.sum())):
            return None
        left, right = left[kept], right[kept]
        fixed = _fixed(left, right)
        change, equal = _change(a, b)
        cosine = float(np.mean(_cosines(left, right).diagonal()))
    exact = a.kind in EXACT and b.kind in EXACT
    rounded = exact and (is_rounded(a, b) or is_rounded(b, a))
    rounding = 0.0 if exact else a.rounding + b.rounding
    return Match(a.part, a.axis, fixed, len(left), chance(len(left), fixed), cosine, change, equal, rounded, rounding)


def is_rounded(a: Rows, b: Rows) -> bool:
    """Whether the values of ``a`` are those of ``b`` in the type of ``a``, to the nearest."""
    import numpy as np

    if a.kind == b.kind or a.digest or b.digest:
        return False
    if a.kind == "BF16":
        bits = b.values.astype("<f4").view("<u4").astype(np.uint64)
        made = ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16 << 16).astype("<u4").view("<f4")
    else:
        made = b.values.astype(np.float16).astype(np.float32) if a.kind == "F16" else b.values
    return bool((made == a.values).all())


def _change(a: Rows, b: Rows) -> tuple[float, bool]:
    """By how much of their norm, the mean of both, the rows differ, and whether not at all."""
    import numpy as np

    finite = np.isfinite(a.values).all(1) & np.isfinite(b.values).all(1)
    first, second = a.values[finite].astype(np.float64), b.values[finite].astype(np.float64)
    if a.scaled != b.scaled:  # each row by the factor that fits best
        first *= (first * second).sum(1, keepdims=True) / np.maximum((first * first).sum(1, keepdims=True), 1e-30)
    size = max(float(np.linalg.norm(first) + np.linalg.norm(second)) / 2, 1e-30)
    equal = a.digest == b.digest if a.digest and b.digest else bool((first == second).all())
    return float(np.linalg.norm(first - second)) / size, equal


def _cosines(a: ndarray, b: ndarray) -> ndarray:
    import numpy as np

    a, b = a.astype(np.float64), b.astype(np.float64)
    product: ndarray = (a / np.linalg.norm(a, axis=1, keepdims=True)) @ (b / np.linalg.norm(b, axis=1, keepdims=True)).T
    return product


def _fixed(a: ndarray, b: ndarray) -> int:
    """The number of vectors that the best pairing leaves in their place.

    One side is shuffled first: where pairings are equally good, the assignment would prefer the order that it was given.
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped, unused-ignore]

    order = np.random.default_rng(_SHUFFLED).permutation(len(b))
    _, paired = linear_sum_assignment(_cosines(a, b[order]), maximize=True)
    return int((order[paired] == np.arange(len(a))).sum())


@cache
def chance(of: int, fixed: int) -> float:
    """The chance that a random permutation of ``of`` things leaves ``fixed`` or more in their place."""
    wanted = sum(comb(of, kept) * _derangements(of - kept) for kept in range(fixed, of + 1))
    return wanted / factorial(of)


@cache
def _derangements(of: int) -> int:
    """The number of permutations that leave nothing in its place."""
    return 1 if of == 0 else of * _derangements(of - 1) + (-1) ** of
