"""Do the intervals of ``modelcheck compare`` cover the truth? On simulated differences: ``compare_statistics.py [TRIALS]``.

For each distribution, number of conversations and of seeds: the share of 95 % intervals that cover the true difference, the share
of differences found where there is none, and among cases with P(better) of 0.8 to 0.95 the share in which the sign is right.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from modelcheck.compare import statistics

POINTS = 3
DRAWN: dict[str, Any] = {
    "normal": lambda random, count: random.normal(0, 1, count),
    "skewed": lambda random, count: random.gamma(2.0, 0.7, count) - 1.4,
    "-1, 0, 1": lambda random, count: random.choice([-1.0, 0.0, 1.0], count, p=[0.15, 0.7, 0.15]),
}


def case(random: Any, shape: str, conversations: int, seeds: int, noise: float, effect: float) -> statistics.Difference:
    each = DRAWN[shape](random, conversations)[None, :, None] + effect
    values = each + random.normal(0, noise, (seeds, 1, POINTS)) + random.normal(0, 0.3, (seeds, conversations, POINTS))
    return statistics.difference(values, [1.0] * POINTS, int(random.integers(1 << 30)))


def main() -> None:
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    statistics.REPLICATES = 1000
    random = np.random.default_rng(1)
    print("differences  conversations  seeds  covered  found where none is  right at P 0.80 to 0.95")
    for shape in DRAWN:
        for conversations, seeds, noise in ((20, 1, 0.0), (40, 3, 0.2), (120, 1, 0.0), (120, 3, 0.05)):
            none = [case(random, shape, conversations, seeds, noise, 0.0) for _ in range(trials)]
            covered = sum(one.low <= 0 <= one.high for one in none) / trials
            found = sum(one.p_value < 0.05 for one in none) / trials
            effects = random.normal(0, 1.5 / conversations**0.5, trials)
            some = [(case(random, shape, conversations, seeds, noise, effect), effect) for effect in effects]
            sure = [
                (one.p_positive > 0.5) == (effect > 0)
                for one, effect in some
                if 0.8 <= max(one.p_positive, 1 - one.p_positive) <= 0.95
            ]
            right = f"{sum(sure) / len(sure):.3f} of {len(sure)}"
            print(f"{shape:11}  {conversations:13}  {seeds:5}  {covered:7.3f}  {found:19.3f}  {right}", flush=True)


if __name__ == "__main__":
    main()
