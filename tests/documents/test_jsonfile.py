from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.documents.jsonfile import first_member, parse_json, parse_json_object
from modelcheck.errors import Broken
from modelcheck.findings import Span

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def text_at(text: str, span: Span) -> str:
    """What stands in a span."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    assert span.line and span.column and span.end_line and span.end_column
    return text[starts[span.line - 1] + span.column - 1 : starts[span.end_line - 1] + span.end_column - 1]


def paths(value: Any, before: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(before, value), *(found for key, child in children for found in paths(child, (*before, key)))]


@given(VALUES, st.sampled_from([None, 2, "\t"]))
def test_every_value_is_found_where_it_stands(value: Any, indent: Any) -> None:
    text = json.dumps(value, indent=indent)
    file = parse_json("x.json", text.encode())
    for keys, wanted in paths(value):
        assert json.loads(text_at(text, file.at(*keys))) == wanted


PIECES = st.sampled_from([
    "{", "}", "[", "]", ":", ",", '"a"', '"', "1", "-", ".5", "e9", "\\", "\\u00e9", "\\ud800", "true", "nul", "null", "NaN",
    "-Infinity", " ", "\n", "\x0c", "\x01", "//", "é", "00", "+1",
])  # fmt: skip


@given(VALUES.map(json.dumps), st.lists(st.tuples(st.integers(0, 60), PIECES), max_size=3))
def test_what_pythons_reader_refuses_is_broken_and_nothing_else(text: str, changes: list[tuple[int, str]]) -> None:
    for place, piece in changes:
        text = text[:place] + piece + text[place:]
    try:
        theirs = json.loads(text)
    except ValueError:
        with pytest.raises(Broken):
            parse_json("x.json", text.encode())
        return
    assert json.dumps(parse_json("x.json", text.encode()).data) == json.dumps(theirs)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_broken(content: bytes) -> None:
    try:
        parse_json("x.json", content)
    except Broken as broken:
        assert broken.span.path == "x.json"


def test_the_last_of_equal_keys_wins_for_value_and_place() -> None:
    file = parse_json("x.json", b'{"a": 1,\n "a": 2}')
    assert file.data["a"] == 2
    assert file.at("a").line == 2


def test_a_missing_key_is_at_its_parent() -> None:
    assert parse_json("x.json", b'{\n "a": {"b": 1}}').at("a", "c").line == 2


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (b'{"a": 1,\n}', 2, "expecting property name"),
        (b"\xff\xfe", 1, "not UTF-8"),
        (b'{"a": "\0"}', 1, "NUL"),
        (b"[" * 100_000, None, "nested too deeply"),
        (b"1" + b"0" * 5000, None, "not valid JSON"),
        (b"[1, 2]", 1, "holds a list where an object is expected"),
        (b"", 1, "expecting value"),
    ],
)
def test_what_is_no_json_object_says_where_and_why(content: bytes, line: int | None, says: str) -> None:
    with pytest.raises(Broken, match=says) as raised:
        parse_json_object("config.json", content)
    assert (raised.value.span.path, raised.value.span.line) == ("config.json", line)


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert parse_json("x.json", b'\xef\xbb\xbf{"a": 1}').data == {"a": 1}


@given(st.dictionaries(st.text(max_size=4), VALUES, max_size=5))
def test_the_first_member_is_the_one_that_the_decoder_finds(value: dict[str, Any]) -> None:
    content = json.dumps(value).encode()
    for key in value:
        assert first_member("x.json", content, key) == value[key]
    assert first_member("x.json", content, "no such key") is None


def test_the_first_member_does_not_read_what_stands_behind_it() -> None:
    assert first_member("x.json", b'{"a": [1], "b": broken', "a") == [1]
    with pytest.raises(Broken):
        first_member("x.json", b'{"a": [1], "b": broken', "c")
