"""Whether rows are a weighted sum of those of two others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.matching.mixture import mixture
from modelcheck.matching.sketch import sketch

from matching.test_permutation import random, rows


@given(st.integers(0, 2**31), st.floats(0.1, 0.9))
def test_the_shares_of_a_merge_are_found(seed: int, share: float) -> None:
    first, second = random(seed), random(seed) + 0.3 * random(seed + 1)
    found = mixture(rows(share * first + (1 - share) * second), rows(first), rows(second))
    assert found is not None
    assert found.first == pytest.approx(share, abs=0.02)
    assert found.second == pytest.approx(1 - share, abs=0.02)
    assert found.left < 0.01


def test_of_sketches_too() -> None:
    first, second = random(1, 16, 512), random(1, 16, 512) + 0.3 * random(2, 16, 512)
    found = mixture(*(sketch(rows(one)) for one in ((first + second) / 2, first, second)))
    assert found is not None
    assert found.first == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    "name",
    ["trained on from one", "trained apart", "a copy of one", "beyond one of them", "the other two are the same", "not a number"],
)
def test_what_is_no_merge(name: str) -> None:
    base, noise, more = random(1), random(2), random(3)
    first, second = base, base + 0.3 * noise
    of = {
        "trained on from one": second + 0.2 * more,
        "trained apart": random(9),
        "a copy of one": first.copy(),
        "beyond one of them": base + 0.6 * noise,
        "the other two are the same": base + 0.1 * noise,
        "not a number": np.full_like(base, np.nan),
    }[name]
    second = first.copy() if name == "the other two are the same" else second
    assert mixture(rows(of), rows(first), rows(second)) is None
