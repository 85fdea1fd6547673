"""The trainings of a comparison: how many steps, on which part of the data, and when to score."""

from __future__ import annotations

import math

from modelcheck.compare.jobs import Training
from modelcheck.compare.options import Options
from modelcheck.records import record

_PARTS = (0.25, 0.5, 1.0)
_FEWEST_STEPS = 4


@record()
class Plan:
    """``full`` is the number of steps of a full training. ``runs`` are the trainings of one seed, the smallest first.

    A short training is one run, scored at a quarter, at half and at its end, and continued to ``full`` by a scaling law. A full one
    is three runs, on a quarter, on half and on all of the data, and needs no continuing.
    """

    full: int
    runs: tuple[Training, ...]

    @property
    def steps(self) -> int:
        """The steps of the largest run."""
        return self.runs[-1].steps[-1]

    @property
    def whole(self) -> bool:
        """Whether the largest run is a full training."""
        return self.steps >= self.full


def plan(options: Options, rows: int, seed: int) -> Plan:
    """The trainings of one seed on ``rows`` answers."""
    full = max(math.ceil(options.epochs * rows / options.batch), _FEWEST_STEPS)
    wanted = options.steps if options.steps is not None else round((options.train or 0.0) * full)
    last = min(max(wanted, _FEWEST_STEPS), full) if options.steps is None else max(options.steps, _FEWEST_STEPS)
    search = max(last // (2 if last < full else 4), _FEWEST_STEPS // 2)  # a few steps favour rates that are too low or too high
    common = {"seed": seed, "rates": options.rates, "search": search, "batch": options.batch, "rank": options.rank}
    if last < full:
        points = tuple(sorted({max(round(part * last), 1) for part in _PARTS}))
        return Plan(full, (Training(steps=points, **common),))  # type: ignore[arg-type] # one mapping for both
    runs = tuple(
        Training(steps=(max(round(part * last), _FEWEST_STEPS),), share=part, decay=True, **common)  # type: ignore[arg-type]
        for part in _PARTS
    )
    return Plan(full, runs)
