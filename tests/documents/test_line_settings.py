"""Line-based settings: which key each value is assigned to, and where it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.documents.line_settings import read_settings

FILES = [
    ('[model]\nname = "a/b"\n', [("model.name", "a/b", 2, 9)]),
    ('[[a.b]]\nx.y = "z"  # why\n', [("a.b.x.y", "z", 2, 8)]),
    ('model = {name = "a/b", rev = "main"}\n', [("model.name", "a/b", 1, 18), ("model.rev", "main", 1, 31)]),
    ('models = ["a/b", "c/d"]\n', [("models", "a/b", 1, 12), ("models", "c/d", 1, 19)]),
    ('models = [\n  "a/b",  # one\n  "c/d",\n]\nx = "y"\n', [("models", "a/b", 2, 4), ("models", "c/d", 3, 4), ("x", "y", 5, 6)]),
    ("[llm]\nmodel = a/b ; why\n", [("llm.model", "a/b", 2, 9)]),
    ("model: a/b\n", [("model", "a/b", 1, 8)]),
    ("# model = a/b\n; model = a/b\n! model = a/b\n", []),
    ("MODEL='a/b'\nARGS=(\n  --x\n)\n", [("MODEL", "a/b", 1, 8), ("ARGS", "(", 2, 6)]),
    ("a.model=a/b\r\n", [("a.model", "a/b", 1, 9)]),
    ("x = 1\n", [("x", "1", 1, 5)]),
]


@pytest.mark.parametrize(("text", "expected"), FILES, ids=[text[:30] for text, _ in FILES])
def test_a_file(text: str, expected: list[tuple[str, str, int, int]]) -> None:
    found = [(".".join(one.keys), one.value.text, one.value.at.line, one.value.at.column) for one in read_settings("x", text)]
    assert found == expected


@given(st.text(alphabet="ab=:[]{}\"'# .,\n\t\r/", max_size=200))
def test_every_value_is_written_where_its_place_says(text: str) -> None:
    lines = text.split("\n")
    for one in read_settings("x", text):
        at = one.value.at
        assert lines[(at.line or 0) - 1][(at.column or 0) - 1 :].startswith(one.value.text)
