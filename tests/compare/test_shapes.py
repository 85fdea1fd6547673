"""Each shape in which people keep conversations becomes the same messages; what is no conversation says why."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.compare.shapes import Unusable, shape_of

QUESTION, ANSWER = {"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}
SHAPES: dict[str, tuple[str, dict[str, Any]]] = {
    "TRL": ("chat messages (messages)", {"messages": [QUESTION, ANSWER]}),
    "another column": ("chat messages (conversations)", {"conversations": [QUESTION, ANSWER], "id": 1}),
    "parts": ("chat messages (messages)", {"messages": [{"role": "user", "content": [{"type": "text", "text": "Q"}]}, ANSWER]}),
    "ShareGPT": ("ShareGPT (conversations)", {"conversations": [{"from": "human", "value": "Q"}, {"from": "gpt", "value": "A"}]}),
    "Alpaca": ("Alpaca (instruction, input, output)", {"instruction": "Q", "input": "", "output": "A"}),
    "prompt and completion": ("prompt and completion", {"prompt": "Q", "completion": "A"}),
    "the same as messages": ("prompt and completion", {"prompt": [QUESTION], "completion": [ANSWER]}),
    "question and answer": ("question and answer", {"question": "Q", "answer": "A"}),
    "preferences": ("prompt and chosen", {"prompt": "Q", "chosen": "A", "rejected": "B"}),
    "preferences as whole conversations": (
        "prompt and chosen",
        {"prompt": [QUESTION], "chosen": [QUESTION, ANSWER], "rejected": "B"},
    ),
    "an unanswered question at the end": ("chat messages (messages)", {"messages": [QUESTION, ANSWER, QUESTION]}),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_is_told_by_its_columns(name: str) -> None:
    wanted, row = SHAPES[name]
    shape = shape_of([row])
    assert shape is not None
    assert shape.name == wanted
    assert [(one.role, one.content) for one in shape.read(row)] == [("user", "Q"), ("assistant", "A")]


def test_input_system_and_history_of_alpaca() -> None:
    row = {"instruction": "Q", "input": "more", "output": "A", "system": "S", "history": [["q", "a"]]}
    shape = shape_of([row])
    assert shape is not None
    assert [one.content for one in shape.read(row)] == ["S", "q", "a", "Q\nmore", "A"]


WRONG = {
    "a role that nobody knows": ({"messages": [{"role": "wizard", "content": "x"}, ANSWER]}, "a turn has the role 'wizard'"),
    "no role": ({"messages": [{"role": "", "content": "x"}, ANSWER]}, "a turn has no role"),
    "no content": ({"messages": [{"role": "user"}, ANSWER]}, "a turn without content"),
    "a picture": ({"messages": [{"role": "user", "content": [{"type": "image"}]}, ANSWER]}, "a part that is no text"),
    "a number": ({"messages": [{"role": "user", "content": 3}, ANSWER]}, "content is no text"),
    "a turn that is a text": ({"messages": [QUESTION, "A"]}, "a turn is no object"),
    "an answer that is a number": ({"prompt": "Q", "completion": 3}, "completion is no text"),
    "a broken history": ({"instruction": "Q", "output": "A", "history": [["q"]]}, "history is no list"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_row_that_is_no_conversation_says_why(name: str) -> None:
    row, why = WRONG[name]
    shape = shape_of([row])
    assert shape is not None
    with pytest.raises(Unusable, match=why):
        shape.read(row)


@pytest.mark.parametrize("row", [{"text": "once"}, {"a": 1}, {}, {"messages": "x"}, {"messages": []}, {"prompt": "Q"}])
def test_other_columns_have_no_shape(row: dict[str, Any]) -> None:
    assert shape_of([row]) is None


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda one: st.lists(one, max_size=3), max_leaves=6
)


@given(
    st.dictionaries(
        st.sampled_from(("messages", "conversations", "instruction", "output", "prompt", "completion", "chosen")), _VALUES
    )
)
def test_any_row_is_read_or_refused(row: dict[str, Any]) -> None:
    shape = shape_of([row])
    if shape is not None:
        with suppress(Unusable):
            assert all(isinstance(one.content, str) for one in shape.read(row))
