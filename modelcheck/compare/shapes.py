"""The shapes in which people keep conversations, each told by its columns: chat messages, ShareGPT, Alpaca, prompt and completion.

Sources: the data formats of TRL (``docs/source/dataset_formats.md``), LLaMA-Factory (``data/README.md``) and Axolotl.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, cast

from modelcheck.compare.conversation import ROLES, Message, Role
from modelcheck.records import record

_SAYS = {
    "human": "user", "gpt": "assistant", "bot": "assistant", "model": "assistant", "chatgpt": "assistant", "prompter": "user",
    "observation": "tool", "function": "tool", "ipython": "tool", "developer": "system", "function_call": "assistant",
}  # fmt: skip
"""What other formats call the roles."""
_PAIRS = (
    ("prompt", "completion"), ("prompt", "response"), ("instruction", "response"), ("question", "answer"), ("query", "response"),
    ("query", "answer"), ("input", "output"), ("prompt", "chosen"), ("instruction", "chosen"), ("question", "response"),
)  # fmt: skip
"""Columns of a question and its answer, in the order in which they are looked for."""
_LISTS = ("messages", "conversations", "conversation", "dialog", "dialogue", "turns")


class Unusable(Exception):  # noqa: N818 - what is wrong with one row
    """Why a row is no conversation with an answer."""


@record()
class Shape:
    """A shape: its ``name``, the columns that it takes, and how a row becomes messages, which raises Unusable."""

    name: str
    columns: tuple[str, ...]
    read: Callable[[Mapping[str, Any]], list[Message]]


def shape_of(rows: Sequence[Mapping[str, Any]]) -> Shape | None:
    """The shape that fits most of some rows; None if no shape does."""
    found = [shape for row in rows if (shape := _shape_of(row)) is not None]
    names = [shape.name for shape in found]
    return max(found, key=lambda shape: names.count(shape.name), default=None)


def _shape_of(row: Mapping[str, Any]) -> Shape | None:
    for column in _LISTS:
        turns = row.get(column)
        if isinstance(turns, list) and turns and isinstance(turns[0], dict):
            if "role" in turns[0]:
                return Shape(f"chat messages ({column})", (column,), partial(_turns, column=column, role="role", content="content"))
            if "from" in turns[0]:
                return Shape(f"ShareGPT ({column})", (column,), partial(_turns, column=column, role="from", content="value"))
    if "instruction" in row and "output" in row:
        return Shape("Alpaca (instruction, input, output)", ("instruction", "output"), _alpaca)
    for asked, answered in _PAIRS:
        if asked in row and answered in row:
            return Shape(f"{asked} and {answered}", (asked, answered), partial(_pair, asked=asked, answered=answered))
    return None


def _turns(row: Mapping[str, Any], column: str, role: str, content: str) -> list[Message]:
    turns = row.get(column)
    if not isinstance(turns, list) or not turns:
        raise Unusable(f"{column} is no list of turns")
    system = row.get("system")
    before = [Message("system", system)] if isinstance(system, str) and system.strip() else []
    messages = [*before, *(_message(turn, role, content) for turn in turns)]
    while messages and messages[-1].role != "assistant":
        messages.pop()  # a question that nobody has answered teaches nothing
    return messages


def _message(turn: Any, role: str, content: str) -> Message:
    if not isinstance(turn, dict):
        raise Unusable("a turn is no object")
    said = str(turn.get(role, "")).strip().lower()
    who = _SAYS.get(said, said)
    if who not in ROLES:
        raise Unusable(f"a turn has the role {said[:40]!r}" if said else f"a turn has no {role}")
    if not turn.get(content) and turn.get("tool_calls"):
        raise Unusable("calls a tool, which is not supported")
    return Message(cast("Role", who), _text(turn.get(content), content))


def _text(value: Any, name: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(part, dict) for part in value):  # parts, as for models that read images
        if all(part.get("type") == "text" and isinstance(part.get("text"), str) for part in value):
            return "".join(part["text"] for part in value)
        raise Unusable("a turn has a part that is no text")
    raise Unusable(f"a turn without {name}" if value is None else f"{name} is no text")


def _alpaca(row: Mapping[str, Any]) -> list[Message]:
    instruction, given = _column(row, "instruction"), row.get("input")
    if isinstance(given, str) and given.strip():
        instruction = f"{instruction}\n{given}"
    system, history = row.get("system"), row.get("history")
    messages = [Message("system", system)] if isinstance(system, str) and system.strip() else []
    for pair in history if isinstance(history, list) else ():
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(one, str) for one in pair)):
            raise Unusable("history is no list of question and answer")
        messages += [Message("user", pair[0]), Message("assistant", pair[1])]
    return [*messages, Message("user", instruction), Message("assistant", _column(row, "output"))]


def _pair(row: Mapping[str, Any], asked: str, answered: str) -> list[Message]:
    before = row.get(asked)
    messages = [_message(turn, "role", "content") for turn in before] if isinstance(before, list) else []
    after = row.get(answered)
    said = [_message(turn, "role", "content") for turn in after] if isinstance(after, list) else []
    question = messages or [Message("user", _column(row, asked))]
    answer = [one for one in said if one not in question] or [Message("assistant", _column(row, answered))]
    return [*question, *answer]


def _column(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise Unusable(f"{name} is missing" if value is None else f"{name} is no text")
    return value
