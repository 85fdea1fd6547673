"""A match of a pattern holds one of its needed words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.listing import TABLES, rows, tables
from tools.needed_words import needed_words

PATTERNS = [one["pattern"] for row, files in TABLES.values() for one in rows(row, files)]


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("base", ("base",)),
        (r"\bbase\b (model|weights?)", ("base model", "base weight")),
        ("(chat|control) tokens?", ("chat token", "control token")),
        ("pre-?trained", ("pre-trained", "pretrained")),
        (r"is \w+ aligned", (" aligned",)),
        ("(x|[a-z]+)", ()),
        ("(base)?", ()),
        ("(base){2,3}", ("base",)),
        ("[ab]se|x", ("ase", "bse", "x")),
        ("Straße", ("strasse",)),
        ("(?=base).", ()),
        ("一个模型|基座", ("一个模型", "基座")),
    ],
)
def test_the_words(pattern: str, words: tuple[str, ...]) -> None:
    assert needed_words(pattern) == words


@pytest.mark.parametrize("pattern", PATTERNS)
@settings(max_examples=25)
@given(data=st.data())
def test_what_matches_a_pattern_holds_a_word(pattern: str, data: st.DataObject) -> None:
    compiled = re.compile(pattern, re.IGNORECASE)
    text = data.draw(st.from_regex(compiled))
    words = needed_words(pattern)
    assert words
    assert not compiled.search(text) or any(word in text.casefold() for word in words)


def test_the_generated_rows_are_those_of_the_tables() -> None:
    assert len(PATTERNS) > 60
    for path, text in tables().items():
        assert path.read_text("utf-8") == text
