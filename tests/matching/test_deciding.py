"""What follows from some comparisons."""

from __future__ import annotations

import pytest
from modelcheck.matching.deciding import DERIVED, decide
from modelcheck.matching.permutation import Match, chance
from modelcheck.matching.rows import Axis


def one(
    fixed: int,
    of: int = 16,
    *,
    axis: Axis = "rows",
    cosine: float = 0.9,
    change: float = 0.05,
    equal: bool = False,
    rounded: bool = False,
    rounding: float = 0.0,
) -> Match:
    return Match("layer 0 up", axis, fixed, of, chance(of, fixed), cosine, change, equal, rounded, rounding)


APART = {"cosine": 0.0, "change": 1.4}
CASES = {
    "nothing compared": ([], [], "cannot tell", None),
    "all rows in place": ([one(16)], [], "derived", "close"),
    "all rows identical": ([one(16, equal=True, change=0)] * 2, [], "derived", "identical"),
    "one of two identical": ([one(16, equal=True, change=0), one(16)], [], "derived", "close"),
    "rounded": ([one(16, change=0.003, rounded=True)], [], "derived", "rounded"),
    "one part rounded, one the same": ([one(16, equal=True), one(16, rounded=True)], [], "derived", "rounded"),
    "quantized": ([one(16, change=0.003, rounding=0.008)], [], "derived", "quantized"),
    "far": ([one(16, change=0.6)], [], "derived", "far"),
    "ten of sixteen": ([one(10, change=0.9)], [], "derived", "far"),
    "one row in place": ([one(1, **APART), one(2, 64, axis="columns", **APART)], [], "not derived", None),
    "no row in place, and no embedding": ([one(0, **APART)], [], "cannot tell", None),
    "few rows": ([one(0, 8, **APART)], [], "cannot tell", None),
    "a whole match of few rows is no proof": ([one(8, 8)], [], "cannot tell", None),
    "columns alone say nothing against it": ([one(1, 64, axis="columns", **APART)], [], "cannot tell", None),
    "only the embedding": ([one(1, **APART), one(64, 64, axis="columns")], [], "derived", "embedding only"),
    "the embedding, and no rows to compare": ([one(64, 64, axis="columns")], [], "derived", "close"),
    "in between": ([one(6, cosine=0.3, change=1.2)], [], "cannot tell", None),
    "similar, in another order": ([one(1, cosine=0.4, change=1.1)], [], "cannot tell", None),
    "a part unread": ([one(0, **APART)], ["embedding: cut off"], "cannot tell", None),
    "a part unread, the rest in place": ([one(16)], ["embedding: cut off"], "derived", "close"),
}


@pytest.mark.parametrize(("matches", "missing", "outcome", "degree"), CASES.values(), ids=list(CASES))
def test_the_outcome_of_some_comparisons(matches: list[Match], missing: list[str], outcome: str, degree: str | None) -> None:
    found = decide(matches, missing)
    assert (found.outcome, found.degree) == (outcome, degree)
    assert bool(found.why) is (outcome == "cannot tell")


def test_the_p_value_counts_all_comparisons() -> None:
    assert decide([one(10), one(1, **APART)]).p == pytest.approx(2 * chance(16, 10))
    assert decide([one(0, **APART)] * 3).p == 1.0


def test_the_least_number_of_rows_that_decide_can_reach_the_limit() -> None:
    assert 4 * chance(11, 11) < DERIVED < 4 * chance(9, 9)
