from __future__ import annotations

import time
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.documents.yamlfile import parse_yaml, parse_yaml_text
from modelcheck.errors import Broken

PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=8)
SCALARS = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | PLAIN
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PLAIN, inner, max_size=4), max_leaves=10)


@given(VALUES, st.booleans())
def test_it_reads_what_yaml_writes(value: Any, flow: bool) -> None:
    content = yaml.safe_dump(value, default_flow_style=flow, allow_unicode=True).encode()
    assert parse_yaml("x.yaml", content).documents[0].plain() == value


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_broken(content: bytes) -> None:
    try:
        parse_yaml("x.yaml", content)
    except Broken as broken:
        assert broken.span.path == "x.yaml"


def test_nodes_know_where_they_stand() -> None:
    root = parse_yaml("x.yaml", b"a:\n  - one\n  - two: [x, 'y z']\n").documents[0]
    two = list(root.get("a") or ())[1].get("two")
    assert two is not None
    assert [(node.text, node.line, node.column) for node in two] == [("x", 3, 11), ("y z", 3, 14)]
    assert (root.keys["a"].line, root.keys["a"].column) == (1, 1)


def test_merge_keys_bring_what_is_not_there() -> None:
    root = parse_yaml("x.yaml", b"base: &b {image: one, port: 1}\nservice:\n  <<: *b\n  port: 2\n").documents[0]
    assert root.plain()["service"] == {"image": "one", "port": 2}


def test_scalars_are_what_yaml_says_and_keep_their_text() -> None:
    root = parse_yaml("x.yaml", b"a: no\nb: 'no'\nc: 2024-01-01\nd: 0x1f\ne: !!str 5\n").documents[0]
    assert root.plain() == {"a": False, "b": "no", "c": "2024-01-01", "d": 31, "e": "5"}
    assert root.get("a").text == "no"  # type: ignore[union-attr]


def test_lines_count_from_where_the_text_begins() -> None:
    with pytest.raises(Broken, match="line 12") as raised:
        parse_yaml_text("README.md", "a: 1\nb: [\n", first_line=10)
    assert raised.value.span.line == 12


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"a: b: c", "mapping values are not allowed"),
        (b"a: &x [*x]", "contains itself"),
        (b"a: *nobody", "not defined"),
        (b"[" * 100_000, "nested too deeply"),
        (b"a: 1\n\tb: 2", "tab"),
        (b"a: \0", "NUL"),
        (b"[" + b"1," * 400_000 + b"1]", "more than"),
    ],
)
def test_what_is_no_yaml_or_built_to_hurt_says_so(content: bytes, says: str) -> None:
    started = time.monotonic()
    with pytest.raises(Broken, match=says):
        parse_yaml("x.yaml", content)
    assert time.monotonic() - started < 10


def test_a_bomb_of_aliases_stays_small() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 60)]
    with pytest.raises(Broken, match=r"more than 300,000 values, counting each alias as what it stands for"):
        parse_yaml("x.yaml", "\n".join(lines).encode())
    root = parse_yaml("x.yaml", "\n".join(lines[:4]).encode()).documents[0]
    plain = root.plain()
    assert plain["a3"][0] is plain["a3"][8]


def test_tags_run_nothing() -> None:
    assert parse_yaml("x.yaml", b"a: !!python/object/apply:os.system [echo]").documents[0].plain() == {"a": ["echo"]}
