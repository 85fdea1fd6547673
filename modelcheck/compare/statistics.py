"""How sure a paired difference is: bootstrap over conversations, the noise between seeds, and what the data could show.

The interval is a percentile bootstrap widened for small samples (Hesterberg, "What teachers should know about the bootstrap", 2015:
the deviations are scaled by t/z · √(n/(n−1))). Training noise is added from the spread between seeds, with Student's t.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from modelcheck.records import record

REPLICATES = 4000
LEVEL = 0.95
_POWER = 0.8
_FEWEST = 2


@record(eq=True)
class Difference:
    """The mean paired difference with its 95 % interval.

    ``p_positive`` is the share of replicates above 0. ``detectable`` is the smallest difference that this much data shows in four
    of five cases, ``needed`` the number of conversations that would show this one; None if more would not help.
    """

    mean: float
    low: float
    high: float
    p_positive: float
    detectable: float
    conversations: int
    needed: int | None = None

    @property
    def turned(self) -> Difference:
        """The same difference, seen from the other side."""
        return Difference(-self.mean, -self.high, -self.low, 1 - self.p_positive, self.detectable, self.conversations, self.needed)

    @property
    def p_value(self) -> float:
        """Two-sided."""
        return min(2 * min(self.p_positive, 1 - self.p_positive), 1.0)


def resampled(by_conversation: Any, seed: int = 0) -> Any:
    """Means over conversations drawn again: of conversations × columns, replicates × columns.

    The same conversations are drawn for all columns, so what is paired stays paired.
    """
    import numpy as np

    values = np.asarray(by_conversation, dtype=float)
    count = len(values)
    mean = values.mean(axis=0)
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=REPLICATES) / count
    return mean + (drawn @ values - mean) * _widening(count)


def training_noise(differences: Any, levels: Any, seed: int = 0) -> Any:
    """Replicates of the noise of a mean difference over seeds, at the last column; zeros for one seed, which shows none.

    ``differences`` has the shape seeds × conversations × columns. ``levels`` is the size of the measured values in each column,
    to which the noise is taken to be proportional, so that all columns tell it together.
    """
    import numpy as np

    levels = np.maximum(np.asarray(levels, dtype=float), 1e-9)
    by_seed = np.asarray(differences, dtype=float).mean(axis=1) / levels
    seeds, columns = by_seed.shape
    if seeds < _FEWEST:
        return np.zeros(REPLICATES)
    freedom = (seeds - 1) * columns
    spread = levels[-1] * math.sqrt(float(((by_seed - by_seed.mean(axis=0)) ** 2).sum() / freedom))
    return np.random.default_rng(seed + 1).standard_t(freedom, size=REPLICATES) * spread / math.sqrt(seeds)


def difference(values: Any, levels: Sequence[float] = (1.0,), seed: int = 0) -> Difference:
    """The difference in the last column of ``values`` (seeds × conversations × columns).

    The last columns, one for each of ``levels``, tell the noise of training together (``training_noise``).
    """
    import numpy as np

    values = np.asarray(values, dtype=float)
    made = resampled(values.mean(axis=0)[:, -1:], seed)[:, 0] + training_noise(values[:, :, -len(levels) :], levels, seed)
    return summary(made, float(values[:, :, -1].mean()), values.shape[1])


def summary(replicated: Any, mean: float, conversations: int) -> Difference:
    """The difference that replicates of its mean show."""
    import numpy as np
    from scipy.stats import norm  # type: ignore[import-untyped, unused-ignore]

    low, high = np.quantile(replicated, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    positive = (float((replicated > 0).sum() + 0.5 * (replicated == 0).sum()) + 0.5) / (len(replicated) + 1)
    spread = float(np.std(replicated))
    needs = float(norm.ppf((1 + LEVEL) / 2) + norm.ppf(_POWER))
    detectable = needs * spread
    needed = math.ceil(conversations * (detectable / abs(mean)) ** 2) if mean and detectable > abs(mean) else None
    return Difference(mean, float(low), float(high), positive, detectable, conversations, needed)


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values of several comparisons, corrected by Holm's method."""
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    found = [1.0] * len(p_values)
    most = 0.0
    for rank, index in enumerate(order):
        most = max(most, min(p_values[index] * (len(p_values) - rank), 1.0))
        found[index] = most
    return found


def _widening(count: int) -> float:
    from scipy.stats import norm, t  # type: ignore[import-untyped, unused-ignore]

    if count < _FEWEST:
        return 1.0
    return float(t.ppf((1 + LEVEL) / 2, count - 1) / norm.ppf((1 + LEVEL) / 2)) * math.sqrt(count / (count - 1))
