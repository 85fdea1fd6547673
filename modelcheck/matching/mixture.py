"""Whether the rows of one model are a weighted sum of those of two others, as a merge leaves them."""

from __future__ import annotations

from modelcheck.matching.rows import Rows
from modelcheck.records import record

_LEFT = 0.25
_LEAST = 0.05
"""A smaller share, or one above 1, is no merge: any model lies near the line between another one and its neighbour."""


@record()
class Mixture:
    """The shares of the two, and what is ``left``: the norm of the rest, over that of the difference to the nearer one."""

    first: float
    second: float
    left: float


def mixture(of: Rows, first: Rows, second: Rows) -> Mixture | None:
    """Return the sum that fits best; None if it does not explain at least three quarters of the difference to each."""
    import numpy as np

    target, *sources = (rows.values.astype(np.float64).ravel() for rows in (of, first, second))
    if not all(np.isfinite(one).all() for one in (target, *sources)):
        return None
    matrix = np.stack(sources, axis=1)
    shares, _, rank, _ = np.linalg.lstsq(matrix, target, rcond=1e-6)
    away = min(float(np.linalg.norm(target - one)) for one in sources)
    if rank < len(sources) or not away or not all(_LEAST <= share <= 1 - _LEAST for share in shares):
        return None
    left = float(np.linalg.norm(target - matrix @ shares)) / away
    return Mixture(float(shares[0]), float(shares[1]), left) if left <= _LEFT else None
