"""Learning curves are continued by the law that made them, and never upwards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.compare.curves import continued

np = pytest.importorskip("numpy")


@pytest.mark.parametrize(("floor", "scale", "exponent"), [(0.5, 4.0, 0.5), (0.0, 3.0, 0.35), (1.0, 20.0, 1.0)])
def test_a_law_is_found_again(floor: float, scale: float, exponent: float) -> None:
    amounts = np.array([100.0, 200.0, 400.0])
    losses = floor + scale * amounts**-exponent
    found = continued(amounts, losses[None], 4000)[0]
    assert found == pytest.approx(floor + scale * 4000**-exponent, rel=0.12)


@given(st.lists(st.floats(0.001, 20), min_size=3, max_size=5), st.floats(1, 100))
def test_it_stays_between_zero_and_the_last_point(losses: list[float], times: float) -> None:
    amounts = [8.0 * 2**place for place in range(len(losses))]
    found = float(continued(amounts, [losses], amounts[-1] * times)[0])
    assert 0 <= found <= losses[-1]


def test_two_points_and_the_present_are_not_continued() -> None:
    assert continued([1, 2], [[3.0, 2.0]], 100)[0] == 2.0
    assert continued([1, 2, 4], [[3.0, 2.0, 1.5]], 4)[0] == 1.5
