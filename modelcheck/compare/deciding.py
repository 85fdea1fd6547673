"""From outcomes to an answer: which start is better, how sure that is, or what the data cannot tell."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from modelcheck.compare.comparison import Comparison, Outcome, Paired
from modelcheck.compare.curves import continued
from modelcheck.compare.statistics import LEVEL, Difference, difference, holm, resampled

MEASURES = {
    "own": "answers in its format", "plain": "answers as plain text", "end": "ends its answers", "first": "first token right",
    "shots": "gain from 3 examples",
}  # fmt: skip
"""The measures without training that are compared; the others are costs."""
_FEWEST = 5
"""Conversations of a task: fewer tell nothing."""
_KEEPS = 0.9
"""A lead after a short training counts only if so many replicates keep it, continued to a full training."""
_Found = tuple[str, str, str, Difference, tuple[float | None, float | None] | None]
"""A measure, two starts, the first one's lead, and of a loss its share and how often a scaling law agrees."""


def decide(made: Comparison) -> None:
    """Fill in the pairs of a comparison: of the measures without training, of the outcome, and of the outcome by task."""
    made.triage = _triage(made.outcomes)
    trained = [one for one in made.outcomes if one.trained]
    if len(trained) < 2:
        return
    made.pairs = _outcomes(trained, made)
    tasks = [one.task for one in made.parts.held]
    of_tasks = [(task, [index for index, name in enumerate(tasks) if name == task]) for task in sorted(set(tasks) - {""})]
    found = [(task, one) for task, places in of_tasks if len(places) >= _FEWEST for one in _losses(trained, made, places)]
    made.by_task = list(zip([task for task, _ in found], _corrected([one for _, one in found]), strict=True))


def _triage(outcomes: Sequence[Outcome]) -> list[Paired]:
    known = [one for one in outcomes if one.triage]
    found: list[_Found] = []
    for one, other in combinations(known, 2):
        for measure in MEASURES:
            values = [[[a - b] for a, b in zip(one.triage[measure], other.triage[measure], strict=True)]]
            found.append((measure, one.name, other.name, difference(values), None))
    return _corrected(found)


def _outcomes(trained: Sequence[Outcome], made: Comparison) -> list[Paired]:
    of_losses = _losses(trained, made)
    losses = _corrected(of_losses)
    if made.options.metric is None:
        return losses
    continued_ = {(one, other): more[1] for _, one, other, _, more in of_losses if more}  # a metric has no curve of its own
    found: list[_Found] = []
    for one, other in combinations(trained, 2):
        known = {trained.seed: trained.matched for trained in other.trained}
        values = [
            [[a - b] for a, b in zip(trained.matched, known[trained.seed], strict=True)]
            for trained in one.trained
            if known.get(trained.seed)
        ]
        if values and values[0]:
            found.append((made.options.metric, one.name, other.name, difference(values), (None, continued_[one.name, other.name])))
    return [*_corrected(found), *losses]


def _losses(trained: Sequence[Outcome], made: Comparison, places: Sequence[int] | None = None) -> list[_Found]:
    """The loss at the end of the training, of each pair."""
    found: list[_Found] = []
    for one, other in combinations(trained, 2):
        curves = _curves(one, other, places)
        told = difference(curves[1] - curves[0], ((curves[0] + curves[1]) / 2).mean(axis=(0, 1)))
        level = float(curves[1][:, :, -1].mean())
        found.append(("loss", one.name, other.name, told, (told.mean / max(level, 1e-9), _agreement(curves, one, made))))
    return found


def _curves(one: Outcome, other: Outcome, places: Sequence[int] | None) -> tuple[Any, Any]:
    """The losses of two starts with the seeds that both have: seeds × conversations × points of the training."""
    import numpy as np

    known = {trained.seed: trained for trained in other.trained}
    pairs = [(trained, known[trained.seed]) for trained in one.trained if trained.seed in known]
    points = min(len(trained.losses) for pair in pairs for trained in pair)  # a graft has only the last one
    first, second = (np.array([np.array(pair[side].losses[-points:]).T for pair in pairs]) for side in (0, 1))
    return (first, second) if places is None else (first[:, list(places)], second[:, list(places)])


def _agreement(curves: tuple[Any, Any], one: Outcome, made: Comparison) -> float | None:
    """The share of replicates in which ``one`` is better after a full training, by a scaling law; None after a full training."""
    import numpy as np

    amounts, full = one.trained[0].amounts[-curves[0].shape[2] :], made.full * made.options.batch
    if full <= amounts[-1]:
        return None
    if len(amounts) < len(one.trained[0].losses) or len(amounts) < 3:  # a graft has no curve
        return 0.5
    together = resampled(np.concatenate([values.mean(axis=0) for values in curves], axis=1))
    ends = [continued(amounts, columns, full) for columns in np.split(together, 2, axis=1)]
    return float((ends[1] > ends[0]).mean())


def _corrected(found: Sequence[_Found]) -> list[Paired]:
    """Pairs with the better start first, and p-values corrected for their number."""
    made = []
    for (measure, one, other, told, more), p in zip(found, holm([entry[3].p_value for entry in found]), strict=True):
        relative, continued_ = more or (None, None)
        turned = told.mean < 0
        if turned:
            told = told.turned  # noqa: PLW2901
            relative = None if relative is None else -relative / (1 - relative)
            continued_ = None if continued_ is None else 1 - continued_
        keeps = continued_ is None or continued_ >= _KEEPS
        better, than = (other, one) if turned else (one, other)
        made.append(Paired(measure, better, than, told, p, p < 1 - LEVEL and keeps, relative, continued_))
    return made
