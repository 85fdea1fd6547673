"""A sketch says what the rows say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.matching.permutation import match
from modelcheck.matching.rows import Axis
from modelcheck.matching.sketch import WIDTH, _directions, sketch

from matching.test_permutation import random, rows


@given(st.integers(0, 2**31), st.sampled_from(["rows", "columns"]), st.floats(0.01, 0.5))
def test_related_rows_are_in_their_place_in_the_sketch_too(seed: int, axis: Axis, noise: float) -> None:
    values = random(seed, 16, 512)
    near = values + noise * random(seed + 1, 16, 512)
    found = match(sketch(rows(near, axis=axis)), sketch(rows(values, axis=axis)))
    assert found is not None
    assert found.p < 1e-9
    assert found.change == pytest.approx(noise, rel=0.35)


def test_sketches_of_unrelated_rows_agree_as_chance_says() -> None:
    fixed = [
        found.fixed
        for seed in range(500)
        if (found := match(sketch(rows(random(2 * seed, 16, 256))), sketch(rows(random(2 * seed + 1, 16, 256)))))
    ]
    assert len(fixed) == 500
    assert np.mean(fixed) == pytest.approx(1, abs=0.25)  # the mean of fixed points is 1 whatever the size
    assert max(fixed) < 8


def test_a_small_change_is_none_of_equal_weights_although_the_sketch_hides_it() -> None:
    values = random(1, 16, 512)
    values[:, 0] = 0
    changed = values.copy()
    changed[0, 0] = 1e-7
    found = match(sketch(rows(changed)), sketch(rows(values)))
    assert found is not None
    assert not found.equal
    same = match(sketch(rows(values)), sketch(rows(values.copy())))
    assert same is not None
    assert same.equal


def test_a_sketch_of_a_sketch_is_itself() -> None:
    made = sketch(rows(random(1)))
    assert sketch(made) is made
    assert made.values.shape == (16, WIDTH)
    assert made.shape == (16, 64)


def test_the_directions_are_those_of_every_version() -> None:
    """Files of fingerprints depend on them: other directions need another format."""
    signs = ["".join("+" if value > 0 else "-" for value in row[:6]) for row in _directions(4)]
    assert signs == ["-+--++", "+++++-", "++++-+", "-+++--"]
