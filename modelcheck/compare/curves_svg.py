"""Learning curves and paired differences as SVG, for the HTML report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from modelcheck.compare.comparison import Comparison, Outcome
from modelcheck.compare.wording import labels
from modelcheck.facts.behaviour import mean

_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 640, 260, 56, 34
_MOST = 400
"""Conversations that are drawn."""


def curves(made: Comparison) -> dict[str, Any] | None:
    """Points and labels of the learning curves: one line for each start, the mean over seeds, with each seed's points."""
    trained = [one for one in made.outcomes if one.trained and not one.grafted]
    if not trained:
        return None
    names = labels(made.outcomes)
    amounts = [0, *trained[0].trained[0].amounts]
    seeds = {one.name: [[mean(seed.before), *map(mean, seed.losses)] for seed in one.trained] for one in trained}
    top = max(value for every in seeds.values() for curve in every for value in curve) * 1.05 or 1.0
    ticks = _ticks(top)
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "left": _LEFT,
        "bottom": _HEIGHT - _BOTTOM,
        "right": _WIDTH - 12,
        "x_ticks": [(_x(amount, amounts), f"{amount:,}") for amount in amounts],
        "y_ticks": [(_y(value, top), f"{value:g}") for value in ticks],
        "lines": [
            {
                "name": names[one.name],
                "points": _points(
                    amounts, [mean([curve[place] for curve in seeds[one.name]]) for place in range(len(amounts))], top
                ),
                "dots": [
                    (_x(amount, amounts), _y(curve[place], top))
                    for curve in seeds[one.name]
                    for place, amount in enumerate(amounts)
                ],
            }
            for one in trained
        ],
    }


def paired(made: Comparison) -> dict[str, Any] | None:
    """Each conversation's difference between two starts, sorted; None unless two starts were trained."""
    trained = [one for one in made.outcomes if one.trained and not one.grafted]
    if len(trained) != 2:
        return None
    one, other = trained
    differences = sorted(_difference(one, other))
    if len(differences) > _MOST:
        step = len(differences) / _MOST
        differences = [differences[int(index * step)] for index in range(_MOST)]
    most = max(map(abs, differences)) or 1.0
    half = (_HEIGHT - _BOTTOM) / 2
    width = (_WIDTH - _LEFT - 12) / len(differences)
    names = labels(made.outcomes)
    return {
        "width": _WIDTH, "height": _HEIGHT, "left": _LEFT, "middle": half, "right": _WIDTH - 12, "first": names[one.name],
        "second": names[other.name], "most": f"{most:.2f}",
        "bars": [
            {"x": round(_LEFT + index * width, 2), "width": round(max(width - 0.5, 0.5), 2), "side": 0 if value > 0 else 1,
             "y": round(half - max(value, 0) / most * (half - 8), 2), "height": round(abs(value) / most * (half - 8), 2)}
            for index, value in enumerate(differences)
        ],
    }  # fmt: skip


def _difference(one: Outcome, other: Outcome) -> list[float]:
    """How much more loss ``other`` has than ``one``, by conversation, as the mean over the seeds that both have."""
    known = {seed.seed: seed for seed in other.trained}
    pairs = [(seed, known[seed.seed]) for seed in one.trained if seed.seed in known]
    count = len(pairs[0][0].losses[-1])
    return [mean([second.losses[-1][place] - first.losses[-1][place] for first, second in pairs]) for place in range(count)]


def _ticks(top: float) -> list[float]:
    for size in (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 50.0):
        if top / size <= 6:
            return [round(size * number, 6) for number in range(int(top / size) + 1)]
    return [0.0, top]


def _x(amount: float, amounts: Sequence[int]) -> float:
    return round(_LEFT + amount / max(amounts[-1], 1) * (_WIDTH - _LEFT - 24), 2)


def _y(value: float, top: float) -> float:
    return round(8 + (1 - value / top) * (_HEIGHT - _BOTTOM - 8), 2)


def _points(amounts: Sequence[int], values: Sequence[float], top: float) -> str:
    return " ".join(f"{_x(amount, amounts)},{_y(value, top)}" for amount, value in zip(amounts, values, strict=True))
