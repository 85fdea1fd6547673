"""From measured losses to an answer: which start, how sure, and when it cannot be told."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from modelcheck.compare.chat_format import ChatFormat
from modelcheck.compare.comparison import Comparison, Outcome, Trained
from modelcheck.compare.conversation import Conversation, Message
from modelcheck.compare.data import Data
from modelcheck.compare.deciding import decide
from modelcheck.compare.options import Options
from modelcheck.compare.sections import as_markdown, as_text
from modelcheck.compare.splitting import Split
from modelcheck.compare.starts import Start
from modelcheck.compare.wording import answers
from modelcheck.probe.messages import Place

np = pytest.importorskip("numpy")
pytest.importorskip("scipy")
HELD = 60


def start(name: str, label: str = "base") -> Start:
    return Start(name, label, 0.01 if label == "base" else 0.99, Place("x"), None, 1, None, None, {}, frozenset(), None, ())  # type: ignore[arg-type]


def trained(levels: tuple[float, ...], seed: int, noise: float = 0.02) -> Trained:
    """Losses around ``levels``, the first before the training; conversations differ by much more than starts do."""
    random, own = np.random.default_rng(1), np.random.default_rng(seed + round(levels[-1] * 1000))
    hard = random.gamma(4.0, 0.25, HELD)
    curve = [list(level * hard * (1 + own.normal(0, noise)) + own.normal(0, 0.03, HELD)) for level in levels]
    return Trained(seed, (16, 32, 64), curve[1:], curve[0], 1e-3, {}, [], 0.9, (3.0, 3.1), (0.5, 0.4), 10.0, 1 << 20)


def made(
    curves: dict[str, tuple[float, ...]], *, full: int = 80, noise: float = 0.02, tasks: int = 0, **options: Any
) -> Comparison:
    held = tuple(
        Conversation((Message("user", f"{n}"), Message("assistant", "A")), f"a:{n}", f"task {n % tasks}" if tasks else "")
        for n in range(HELD)
    )
    outcomes = []
    for name, levels in curves.items():
        outcome = Outcome(start(name), ChatFormat("its own", None, {}, ""))
        outcome.trained = [trained(levels, seed, noise) for seed in (0, 1, 2)]
        outcomes.append(outcome)
    found = Comparison(Options(train=0.1, **options), Data(), Split(held, held), Counter(), outcomes, {}, steps=8, full=full)
    decide(found)
    return found


CLEAR = {"a": (3.0, 2.0, 1.6, 1.4), "b": (3.0, 1.6, 1.2, 1.0)}


def test_a_clear_lead_that_stays_decides() -> None:
    (pair,) = made(CLEAR).pairs
    assert (pair.better, pair.other, pair.decided) == ("b", "a", True)
    assert pair.relative == pytest.approx(1 - 1.0 / 1.4, abs=0.05)
    assert pair.difference.low > 0
    assert "b is the better start for this data: P > 0.99" in answers(made(CLEAR))[0]


def test_a_lead_that_the_curves_lose_does_not_decide() -> None:
    found = made({"a": (3.0, 2.4, 1.8, 1.2), "b": (1.2, 1.06, 1.03, 1.0)})
    (pair,) = found.pairs
    assert (pair.better, pair.decided) == ("b", False)
    assert pair.p < 0.05
    assert "Cannot tell b and a apart yet: b is ahead" in answers(found)[0]


def test_after_a_full_training_nothing_is_continued() -> None:
    found = made({"a": (3.0, 2.4, 1.8, 1.2), "b": (1.2, 1.06, 1.03, 1.0)}, full=8)
    assert found.pairs[0].continued is None
    assert found.pairs[0].decided


def test_the_same_twice_cannot_be_told_apart() -> None:
    found = made({"a": (3.0, 2.0, 1.6, 1.401), "b": (3.0, 2.0, 1.6, 1.4)}, noise=0.08)
    assert not found.pairs[0].decided
    (said,) = answers(found)
    assert said.startswith(("Cannot tell a and b apart", "Cannot tell b and a apart"))


def test_many_starts_are_corrected_for() -> None:
    found = made({name: (3.0, 2.0, 1.6, 1.4 - index / 50) for index, name in enumerate("abcd")}, noise=0.0)
    assert len(found.pairs) == 6
    assert all(pair.p >= pair.difference.p_value for pair in found.pairs)
    assert sum(pair.decided for pair in found.pairs) < 6 or min(pair.difference.low for pair in found.pairs) > 0


def test_by_task() -> None:
    found = made(CLEAR, tasks=3)
    assert [task for task, _ in found.by_task] == ["task 0", "task 1", "task 2"]
    assert {pair.difference.conversations for _, pair in found.by_task} == {20}
    assert all(pair.p >= pair.difference.p_value for _, pair in found.by_task), "corrected for the number of tasks"
    assert "By task" in as_text(found)


def test_a_start_without_a_result_leaves_the_rest() -> None:
    found = made(CLEAR)
    found.outcomes.append(Outcome(start("c", "instruct"), ChatFormat("its own", None, {}, ""), problem="it does not fit"))
    text = as_text(found)
    assert "c could not be run to the end: it does not fit." in text
    assert "b is the better start" in text


def test_no_text_calls_a_start_worse_and_strangers_names_do_no_harm() -> None:
    found = made({"a\x1b[31m|<b>": CLEAR["a"], "b": CLEAR["b"]})
    for text in (as_text(found), as_markdown(found)):
        assert "\x1b" not in text
        assert "worse" not in text
    assert "<b>" not in as_markdown(found)
    assert replace(start("x"), label="unknown").label == "unknown"
