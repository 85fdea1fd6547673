"""Reads JSON files and finds the place of each value.

The position of a value is looked up only when a finding needs it: the standard decoder reads the file at C speed, and a second
pass walks down to one value with parts of the same decoder.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import field
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from modelcheck.documents.text import decode, span
from modelcheck.errors import Broken
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.records import record

_GAP = lazy(r"[ \t\r\n]*")
MAX_VALUES = 3_000_000
"""Commas, colons and brackets of a file, which bound its size as Python's values. The longest real vocabulary has 2 million."""

if TYPE_CHECKING:
    import json


@record()
class JsonFile:
    """A JSON document: ``data`` as Python values, ``text`` as it was written, ``path`` as the checkpoint names it."""

    path: str
    data: Any
    text: str = field(repr=False)

    def at(self, *keys: str | int) -> Span:
        """The place of the value under ``keys``, or of its nearest parent that exists."""
        start, end = _value(self.text, 0)
        for key in keys:
            found = None
            for name, place in _children(self.text, start):
                if name == key:
                    found = place  # the last of equal keys wins, as in the decoder
            if found is None:
                break
            start, end = found
        return span(self.path, self.text, start, end)


def parse_json(path: str, content: bytes) -> JsonFile:
    """Parse a JSON file. Raises Broken, with line and column, if it is invalid."""
    import json

    text = decode(path, content)
    if text.startswith("version https://git-lfs"):
        raise Broken(Span(path, 1, 1), "is a git-lfs pointer, not the file itself: run `git lfs pull`")
    check_size(path, text)
    try:
        return JsonFile(path, json.loads(text), text)
    except json.JSONDecodeError as error:
        raise Broken(
            Span(path, error.lineno, error.colno),
            f"is not valid JSON: {_plain(error.msg)} at line {error.lineno}, column {error.colno}",
        ) from None
    except RecursionError:
        raise Broken(Span(path), "is nested too deeply") from None
    except ValueError as error:  # a number of more digits than Python converts
        raise Broken(Span(path), f"is not valid JSON: {error}") from None


def check_size(path: str, text: str) -> None:
    """Raise Broken for a text that would take several hundred megabytes as values, however few its own are."""
    if sum(map(text.count, ",:[{")) > MAX_VALUES:
        raise Broken(Span(path), f"holds more than {MAX_VALUES:,} values or marks between them")


def parse_json_object(path: str, content: bytes) -> JsonFile:
    """Parse a JSON file that must hold an object. Raises Broken."""
    file = parse_json(path, content)
    if not isinstance(file.data, dict):
        raise Broken(Span(path, 1, 1), f"holds {describe(file.data)} where an object is expected")
    return file


def first_member(path: str, content: bytes, key: str) -> Any:
    """One member of a large top-level object, read without decoding what follows it; None if it is missing.

    Raises Broken if the text up to there is not a JSON object.
    """
    import json

    text = decode(path, content)
    check_size(path, text)
    try:
        for name, (start, _) in _children(text, _gap(text, 0)):
            if name == key:
                return _decoder().raw_decode(text, start)[0]
    except json.JSONDecodeError as error:
        raise Broken(
            Span(path, error.lineno, error.colno),
            f"is not valid JSON: {_plain(error.msg)} at line {error.lineno}, column {error.colno}",
        ) from None
    except (RecursionError, IndexError):
        raise Broken(Span(path), "is not valid JSON: it ends early or is nested too deeply") from None
    return None


def members(path: str, text: str, keys: Collection[str], *, before: str) -> dict[str, Any]:
    """Some members of a large top-level object, as far as the key ``before``, which is not decoded. Raises Broken."""
    import json

    check_size(path, text)
    found: dict[str, Any] = {}
    offset = _gap(text, 0)
    if text[offset : offset + 1] != "{":
        raise Broken(Span(path, 1, 1), "does not hold an object")
    try:
        offset = _gap(text, offset + 1)
        while text[offset : offset + 1] == '"':
            key, offset = _scanner()(text, offset + 1)
            offset = _gap(text, offset) + 1
            if key == before:
                break
            value, offset = _decoder().raw_decode(text, _gap(text, offset))
            if key in keys:
                found[key] = value
            offset = _gap(text, _gap(text, offset) + 1)
    except json.JSONDecodeError as error:
        raise Broken(
            Span(path, error.lineno, error.colno),
            f"is not valid JSON: {_plain(error.msg)} at line {error.lineno}, column {error.colno}",
        ) from None
    except (RecursionError, IndexError):
        raise Broken(Span(path), "is not valid JSON: it ends early or is nested too deeply") from None
    return found


def describe(value: object) -> str:
    """The type of a JSON value in JSON's terms, for messages."""
    names = {
        dict: "an object",
        list: "a list",
        str: "a string",
        bool: "true or false",
        int: "a number",
        float: "a number",
        type(None): "null",
    }
    return names.get(type(value), type(value).__name__)


@cache
def _decoder() -> json.JSONDecoder:
    from json import JSONDecoder  # a hook on a file of YAML need not import it

    return JSONDecoder()


@cache
def _scanner() -> Callable[[str, int], tuple[str, int]]:
    from json.decoder import scanstring  # type: ignore[attr-defined]

    return cast("Callable[[str, int], tuple[str, int]]", scanstring)


def _plain(message: str) -> str:
    return message[:1].lower() + message[1:]


def _gap(text: str, offset: int) -> int:
    match = _GAP.match(text, offset)
    return match.end() if match else offset


def _value(text: str, offset: int) -> tuple[int, int]:
    start = _gap(text, offset)
    return start, _decoder().raw_decode(text, start)[1]


def _children(text: str, start: int) -> Iterator[tuple[str | int, tuple[int, int]]]:
    """Key or index, and place, of each value in the container at ``start``; nothing for a plain value."""
    import json

    opening = text[start : start + 1]
    if opening not in ("{", "["):
        return
    closing = "}" if opening == "{" else "]"
    offset, index = _gap(text, start + 1), 0
    while text[offset : offset + 1] != closing:
        key: str | int = index
        if opening == "{":
            if text[offset : offset + 1] != '"':
                raise json.JSONDecodeError("expecting property name enclosed in double quotes", text, offset)
            key, offset = _scanner()(text, offset + 1)
            offset = _gap(text, offset)
            if text[offset : offset + 1] != ":":
                raise json.JSONDecodeError("expecting ':' delimiter", text, offset)
            offset += 1
        place = _value(text, offset)
        yield key, place
        offset = _gap(text, place[1])
        if text[offset : offset + 1] == ",":
            offset = _gap(text, offset + 1)
        elif text[offset : offset + 1] != closing:
            raise json.JSONDecodeError("expecting ',' delimiter", text, offset)
        index += 1
