"""The statistics hold where the truth is known: intervals cover it, and no difference is found where there is none."""

from __future__ import annotations

from typing import Any

import pytest
from modelcheck.compare.statistics import difference, holm, summary

np = pytest.importorskip("numpy")
pytest.importorskip("scipy")
TRIALS = 400


def drawn(random: Any, effect: float, conversations: int, seeds: int, noise: float) -> Any:
    """Differences of so many seeds × conversations × 2 points, whose mean is ``effect``; skewed, as losses are."""
    each = random.gamma(4.0, 0.5, (conversations, 1)) - 2.0 + effect
    of_seeds = random.normal(0, noise, (seeds, 1, 2))
    return each + of_seeds + random.normal(0, 0.2, (seeds, conversations, 2))


@pytest.mark.parametrize(("conversations", "seeds", "noise"), [(40, 1, 0.0), (40, 3, 0.2), (120, 3, 0.05)])
def test_intervals_cover_the_truth_and_nothing_is_found_where_nothing_is(
    conversations: int, seeds: int, noise: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modelcheck.compare.statistics.REPLICATES", 1000)
    random = np.random.default_rng(5)
    found = [difference(drawn(random, 0.0, conversations, seeds, noise), (1.0, 1.0), trial) for trial in range(TRIALS)]
    covered = sum(one.low <= 0 <= one.high for one in found) / TRIALS
    assert 0.92 <= covered <= 0.985, covered  # 0.93 to 0.97 but for the noise of so few trials; the benchmark makes more
    assert sum(one.p_value < 0.05 for one in found) / TRIALS <= 0.075
    above = [one for one in found if one.p_positive > 0.8]
    assert 0.1 <= len(above) / TRIALS <= 0.3, "a fifth of them is above four fifths where there is no effect"


def test_the_detectable_difference_is_found_in_four_of_five_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modelcheck.compare.statistics.REPLICATES", 1000)
    random = np.random.default_rng(6)
    size = difference(drawn(random, 0.0, 60, 1, 0.0)).detectable
    found = [difference(drawn(random, size, 60, 1, 0.0), seed=trial) for trial in range(200)]
    assert 0.68 <= sum(one.low > 0 for one in found) / 200 <= 0.92


def test_what_is_needed_to_tell_a_small_difference() -> None:
    random = np.random.default_rng(7)
    values = drawn(random, 0.1, 50, 1, 0.0)
    told = difference(values)
    assert told.needed is not None
    assert told.needed > 50
    more = difference(drawn(random, 0.1, 4 * told.needed, 1, 0.0))
    assert more.low > 0


def test_one_seed_shows_no_noise_and_three_do() -> None:
    random = np.random.default_rng(8)
    values = drawn(random, 0.0, 60, 3, 0.5)
    assert difference(values[:1]).high - difference(values[:1]).low < difference(values).high - difference(values).low


def test_a_difference_seen_from_the_other_side() -> None:
    told = summary(np.linspace(-1.0, 3.0, 500), 1.0, 20)
    turned = told.turned
    assert (turned.mean, turned.low, turned.high) == (-told.mean, -told.high, -told.low)
    assert turned.p_value == pytest.approx(told.p_value)
    assert turned.turned == told


def test_holm() -> None:
    assert holm([0.01, 0.04, 0.03]) == [0.03, 0.06, 0.06]
    assert holm([0.9]) == [0.9]
    assert holm([]) == []
    assert max(holm([0.6, 0.7, 0.8])) == 1.0
