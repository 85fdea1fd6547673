"""Learning curves, continued to a full training by a rectified scaling law: loss = E + B / (D + x)^β.

Source: "Selecting Large Language Model to Fine-tune via Rectified Scaling Law" (arXiv 2402.02314). Three points do not determine
four parameters, so E and B are fitted for each of a few β and D, and those that fit best are taken.
"""

from __future__ import annotations

from typing import Any

_EXPONENTS = (0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5)
_RECTIFIED = (0.0, 0.1, 0.3, 1.0, 3.0)
"""D, as a multiple of the last point: what was learned before the fine-tuning, in examples of it."""


def continued(amounts: Any, losses: Any, to: float) -> Any:
    """The loss after ``to`` examples, for each row of ``losses`` (replicates × points) at ``amounts`` (points) examples.

    The result is never above the last point, nor below zero.
    """
    import numpy as np

    amounts, losses = np.asarray(amounts, dtype=float), np.asarray(losses, dtype=float)
    if len(amounts) < 3 or to <= amounts[-1]:
        return losses[:, -1]
    best = np.full(len(losses), np.inf)
    found = losses[:, -1].copy()
    weights = np.sqrt(np.arange(1, len(amounts) + 1, dtype=float))
    for rectified in _RECTIFIED:
        for exponent in _EXPONENTS:
            terms = (rectified * amounts[-1] + amounts) ** -exponent
            target = (rectified * amounts[-1] + to) ** -exponent
            fitted, error = _fit(terms, losses, weights, target)
            better = error < best - 1e-12
            best = np.where(better, error, best)
            found = np.where(better, fitted, found)
    return np.clip(found, 0.0, losses[:, -1])


def _fit(terms: Any, losses: Any, weights: Any, target: float) -> tuple[Any, Any]:
    """The loss at ``target``, and the weighted error, of loss = E + B · term with E and B not below zero."""
    import numpy as np

    share = weights / weights.sum()
    mean_term, mean_loss = (share * terms).sum(), (share * losses).sum(axis=1)
    spread = (share * (terms - mean_term) ** 2).sum()
    slope = np.maximum((share * (terms - mean_term) * (losses - mean_loss[:, None])).sum(axis=1) / spread, 0.0)
    offset = mean_loss - slope * mean_term
    through = (share * terms * losses).sum(axis=1) / (share * terms**2).sum()  # the best without an offset
    slope, offset = np.where(offset < 0, through, slope), np.maximum(offset, 0.0)
    error = (share * (losses - offset[:, None] - slope[:, None] * terms) ** 2).sum(axis=1)
    return offset + slope * target, error
