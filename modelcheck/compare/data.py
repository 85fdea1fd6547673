"""Reads conversations, and says what is wrong with each row that is none. Nothing is dropped in silence."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import field
from itertools import islice
from pathlib import Path
from typing import Any

from modelcheck.compare.conversation import Conversation, Message
from modelcheck.compare.rows import read_rows
from modelcheck.compare.shapes import Shape, Unusable, shape_of
from modelcheck.errors import Misuse
from modelcheck.records import mutable

_LOOKED_AT = 50
"""Rows by which the shape of a file is told."""
_SHOWN = 3


@mutable
class Data:
    """``conversations``, and what is known of the files: shape and digest by file, rows left out by reason, with some places."""

    conversations: list[Conversation] = field(default_factory=list)
    rows: int = 0
    shapes: dict[str, str] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    places: dict[str, list[str]] = field(default_factory=dict)

    def leave_out(self, where: str, why: str) -> None:
        """Count a row that is not used."""
        self.left_out[why] += 1
        if len(self.places.setdefault(why, [])) < _SHOWN:
            self.places[why].append(where)


def read_data(paths: Sequence[Path], task: str | None = None) -> Data:
    """Read all files; ``task`` is the column with the kind of a conversation. Raises Misuse where no row is a conversation."""
    data = Data()
    for path in paths:
        _read(path, task, data)
    _without_doubles(data)
    if not data.conversations:
        raise Misuse(f"{', '.join(map(str, paths))}: no row is a conversation with an answer: {told(data) or 'there are no rows'}")
    return data


def told(data: Data) -> str:
    """What was left out, and where, in one line."""
    return "; ".join(
        f"{count} {why} ({', '.join(data.places[why])}{', …' if count > _SHOWN else ''})"
        for why, count in data.left_out.most_common()
    )


def _read(path: Path, task: str | None, data: Data) -> None:
    rows = read_rows(path)
    first = list(islice(rows, _LOOKED_AT))
    whole = [row for _, row in first if isinstance(row, dict)]
    shape = shape_of(whole)
    if shape is None and whole:
        columns = ", ".join(map(str, list(whole[0])[:12]))
        raise Misuse(
            f"{path}: no shape of conversations fits its columns ({columns}): use messages, conversations, instruction and output, "
            "or prompt and completion"
        )
    if task and whole and not any(task in row for row in whole):
        raise Misuse(f"{path}: it has no column {task} (--task): the columns are {', '.join(map(str, list(whole[0])[:12]))}")
    data.shapes[str(path)] = shape.name if shape else "no rows"
    data.digests[str(path)] = _digest(path)
    for number, row in (*first, *rows):
        data.rows += 1
        where = f"{path.name}:{number}"
        made = _conversation(where, row, shape, task)
        if isinstance(made, str):
            data.leave_out(where, made)
        else:
            data.conversations.append(made)


def _conversation(where: str, row: dict[str, Any] | str, shape: Shape | None, task: str | None) -> Conversation | str:
    """The conversation of a row, or why it is none."""
    if isinstance(row, str):
        return row.partition(":")[0]
    assert shape is not None  # noqa: S101 - a row that is an object has told the shape
    missing = next((column for column in shape.columns if row.get(column) in (None, "")), None)
    if missing:
        return f"{missing} is missing or empty"
    try:
        messages = shape.read(row)
    except Unusable as error:
        return str(error)
    why = _why_not(messages)
    return why or Conversation(tuple(messages), where, str(row.get(task, ""))[:60] if task else "")


def _why_not(messages: Sequence[Message]) -> str | None:
    if not any(one.role == "assistant" for one in messages):
        return "has no answer"
    if not any(one.role == "user" and one.content.strip() for one in messages):
        return "has no question"
    if any("\ud800" <= character <= "\udfff" for one in messages for character in one.content):
        return "has text that is not Unicode (half of a surrogate pair)"
    if any(one.role == "assistant" and not one.content.strip() for one in messages):
        return "has an empty answer"
    return None


def _without_doubles(data: Data) -> None:
    seen: set[str] = set()
    kept = []
    for one in data.conversations:
        if one.digest in seen:
            data.leave_out(one.where, "is a duplicate")
        else:
            seen.add(one.digest)
            kept.append(one)
    data.conversations = kept


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
