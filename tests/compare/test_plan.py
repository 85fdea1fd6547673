"""How long each start is trained, and when it is scored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.compare.options import Options
from modelcheck.compare.plan import plan

CASES = {
    "a tenth": ({"train": 0.1}, 400, [(15, 8, 4)], 150),
    "in full": ({"train": 1.0}, 160, [(15,), (30,), (60,)], 60),
    "a number of steps": ({"steps": 20}, 400, [(20, 10, 5)], 150),
    "more steps than a full training": ({"steps": 100}, 80, [(25,), (50,), (100,)], 30),
    "very little data": ({"train": 0.1}, 8, [(4,), (4,), (4,)], 4),
}


@pytest.mark.parametrize("name", CASES)
def test_runs(name: str) -> None:
    given_, rows, runs, full = CASES[name]
    made = plan(Options(**given_), rows, 3)  # type: ignore[arg-type] # of these two fields
    assert made.full == full
    assert [sorted(run.steps) for run in made.runs] == [sorted(run) for run in runs]
    assert {run.seed for run in made.runs} == {3}
    assert [run.share for run in made.runs] == ([1.0] if len(runs) == 1 else [0.25, 0.5, 1.0])
    assert made.whole == (len(runs) == 3)


@given(st.floats(0.01, 1.0), st.integers(8, 5000), st.integers(1, 64))
def test_a_share_is_kept(share: float, rows: int, batch: int) -> None:
    made = plan(Options(train=share, batch=batch), rows, 0)
    assert 4 <= made.steps <= made.full
    assert made.steps <= max(round(share * made.full), 4)
    assert all(run.search < made.full for run in made.runs)
