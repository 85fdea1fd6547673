"""The p-value is exact, and nothing but the order of the rows decides."""

from __future__ import annotations

from itertools import permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.matching.permutation import chance, match
from modelcheck.matching.rows import Axis, Rows


def rows(values: np.ndarray, *, kind: str = "F32", axis: Axis = "rows", rounding: float = 0.0, scaled: bool = False) -> Rows:
    return Rows("layer 0 up", "up", values.shape, kind, axis, rounding, values.astype(np.float32), scaled)


def random(seed: int, count: int = 16, width: int = 64) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, width)).astype(np.float32)


@pytest.mark.parametrize("of", range(1, 8))
def test_the_chance_is_that_of_counting_all_permutations(of: int) -> None:
    kept = [sum(place == one for place, one in enumerate(order)) for order in permutations(range(of))]
    for fixed in range(of + 1):
        assert chance(of, fixed) == pytest.approx(sum(one >= fixed for one in kept) / factorial(of))


def test_a_whole_match_of_sixteen_has_a_chance_of_one_in_sixteen_factorial() -> None:
    assert chance(16, 16) == pytest.approx(1 / factorial(16))
    assert chance(64, 64) < 1e-88


@given(st.integers(0, 2**31), st.floats(0.01, 1.0), st.floats(0.1, 10.0))
def test_rows_with_noise_and_another_scale_stay_in_their_place(seed: int, noise: float, scale: float) -> None:
    values = random(seed)
    found = match(rows(values * scale + scale * noise * random(seed + 1)), rows(values))
    assert found is not None
    assert (found.fixed, found.of) == (16, 16)
    assert not found.equal


@given(st.integers(0, 2**31))
def test_the_same_rows_are_equal_and_do_not_differ(seed: int) -> None:
    found = match(rows(random(seed)), rows(random(seed)))
    assert found is not None
    assert found.equal
    assert found.change == 0
    assert found.cosine == pytest.approx(1)


def test_under_independence_the_p_values_are_those_of_chance() -> None:
    """Of 2,000 pairs as many have at least k rows in their place as the formula says, within four standard deviations."""
    fixed = [found.fixed for seed in range(2000) if (found := match(rows(random(2 * seed)), rows(random(2 * seed + 1))))]
    for least in (1, 2, 3):
        expected = chance(16, least)
        share = sum(one >= least for one in fixed) / len(fixed)
        assert abs(share - expected) < 4 * (expected * (1 - expected) / len(fixed)) ** 0.5
    assert max(fixed) < 9


def test_rows_in_another_order_are_not_in_their_place() -> None:
    values = random(5)
    found = match(rows(values), rows(np.roll(values, 1, axis=0)))
    assert found is not None
    assert found.fixed == 0


@pytest.mark.parametrize(
    ("damage", "left"),
    {
        "zero": (0.0, 12),
        "not a number": (np.nan, 12),
        "infinite": (np.inf, 12),
        "copies of one row": (1.0, 13),
    }.values(),
)
def test_rows_that_say_nothing_are_left_out(damage: float, left: int) -> None:
    values = random(7)
    values[:4] = damage
    found = match(rows(values), rows(random(7)))
    assert found is not None
    assert found.of == left
    assert np.isfinite(found.change)


@pytest.mark.parametrize("value", [0.0, 1.0, np.nan])
def test_a_matrix_of_one_value_is_not_compared(value: float) -> None:
    assert match(rows(np.full((16, 64), value)), rows(random(1))) is None
    assert match(rows(np.full((16, 64), value)), rows(np.full((16, 64), value))) is None


def test_rows_that_differ_in_one_value_of_many_are_no_copies_of_each_other() -> None:
    values = random(3)
    values[1] = values[0] + 0.1 * random(4)[0]
    found = match(rows(values), rows(values))
    assert found is not None
    assert found.of == 16


def test_columns_are_compared_where_they_are_what_has_an_order() -> None:
    values = random(11, 16, 256)
    found = match(rows(values + 0.1 * random(12, 16, 256), axis="columns"), rows(values, axis="columns"))
    assert found is not None
    assert (found.fixed, found.of, found.axis) == (64, 64, "columns")


def test_a_row_by_row_scale_that_is_stored_elsewhere_is_no_change() -> None:
    values = random(2)
    scales = np.linspace(1, 90, 16)[:, None]
    found = match(rows(np.round(values * scales), kind="I8", scaled=True, rounding=0.05), rows(values))
    assert found is not None
    assert found.change < 0.2


@pytest.mark.parametrize("kind", ["BF16", "F16"])
def test_a_copy_in_another_type_is_told_from_one_that_was_trained_a_little(kind: str) -> None:
    import torch

    values = random(2)
    of = torch.bfloat16 if kind == "BF16" else torch.float16
    stored = torch.from_numpy(values).to(of).float().numpy()
    for changed, expected in ((values, True), (values + 1e-4 * random(3), False)):
        for one, other in ((rows(stored, kind=kind), rows(changed)), (rows(changed), rows(stored, kind=kind))):
            found = match(one, other)
            assert found is not None
            assert found.rounded is expected
            assert not found.equal


def test_only_a_quantisation_explains_a_change() -> None:
    values = random(2)
    for kind, other, rounding in (("BF16", "BF16", 0.0), ("BF16", "F32", 0.0), ("Q8_0", "Q8_0", 2.0**-6), ("Q8_0", "F32", 2.0**-6)):
        found = match(rows(values, kind=kind, rounding=2.0**-7), rows(values + 0.001, kind=other, rounding=2.0**-7))
        assert found is not None
        assert found.rounding == rounding
