"""The part that is held back has no question of the other part, is the same each time, and is never empty."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.compare.conversation import Conversation, Message
from modelcheck.compare.splitting import FEWEST, split
from modelcheck.errors import Misuse


def one(question: str, answer: str = "A", number: int = 0) -> Conversation:
    return Conversation((Message("user", question), Message("assistant", answer)), f"a.jsonl:{number}")


@given(st.lists(st.integers(0, 60), min_size=1, max_size=120), st.floats(0.05, 0.9), st.integers(0, 3))
def test_no_question_is_in_both_parts(questions: list[int], share: float, seed: int) -> None:
    conversations = [one(f"  Question {text}\n", f"A {number}", number) for number, text in enumerate(questions)]
    try:
        parts = split(conversations, share, seed)
    except Misuse:
        assert len(conversations) - max(round(share * len(conversations)), FEWEST) < FEWEST + max(map(questions.count, questions))
        return
    assert not {one.asked for one in parts.train} & {one.asked for one in parts.held}
    assert len(parts.train) + len(parts.held) == len(conversations)
    assert min(len(parts.train), len(parts.held)) >= FEWEST
    again = split(conversations, share, seed)
    assert (again.train, again.held) == (parts.train, parts.held)


def test_too_few_are_refused() -> None:
    with pytest.raises(Misuse, match="1 conversations with 1 different questions are too few"):
        split([one("Q")], 0.2)
    with pytest.raises(Misuse, match="with 1 different questions"):
        split([one("Q", f"A {number}") for number in range(100)], 0.2)


def test_a_greeting_before_the_first_question_is_no_question() -> None:
    talks = [
        Conversation((Message("assistant", "Hello!"), Message("user", f"Q {n}"), Message("assistant", "A")), f"a:{n}")
        for n in range(40)
    ]
    assert len(split(talks, 0.2).held) == 8


def test_copied_answers_are_told() -> None:
    text = "the invoice is sent on the first day of each month to the address that you gave us when you signed up"
    conversations = [one(f"Question {number}?", text, number) for number in range(40)]
    parts = split(conversations, 0.2)
    assert len(parts.near) == len(parts.held)
    words = [" ".join(f"w{number}x{place}" for place in range(20)) for number in range(40)]
    assert not split([one(f"Question {number}?", text, number) for number, text in enumerate(words)], 0.2).near
