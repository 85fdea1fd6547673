"""Which lines of a card belong together, and what is left of a line without its markup."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.facts.card_blocks import LONGEST, blocks, plain
from modelcheck.facts.model_card import ModelCard


@pytest.mark.parametrize(
    ("line", "text", "links"),
    [
        ("Plain words", "Plain words", []),
        ("- **Item** `one`", "Item one", []),
        ("12) a [name](https://x.org/a_b)", "a name", ["https://x.org/a_b"]),
        ("![alt](x.png) and <b>bold</b>", "alt and bold", ["x.png"]),
        ("| Key | Value |", "Key: Value", []),
        ("snake_case_name stays", "snake_case_name stays", []),
        ("", "", []),
    ],
)
def test_plain(line: str, text: str, links: list[str]) -> None:
    assert plain(line) == (text, links)


def lines_of(body: str) -> list[list[int]]:
    return [[number for number, _ in block] for block in blocks(ModelCard("README.md", None, {}, body, 1))]


@pytest.mark.parametrize(
    ("body", "blocks_"),
    [
        ("one\ntwo\n\nthree\n", [[1, 2], [4]]),
        ("# Title\ntext\n## Next\n", [[1], [2], [3]]),
        ("- a\n  goes on\n- b\n", [[1, 2], [3]]),
        ("| a | b |\n|---|---|\n| c | d |\n", [[1], [3]]),
        ("text\n```\ncode\n```\nafter\n", [[1], [5]]),
        ("> quoted\n> on\n", [[1, 2]]),
        ("ends<br>\nnext\n", [[1], [2]]),
        ("", []),
    ],
)
def test_blocks(body: str, blocks_: list[list[int]]) -> None:
    assert lines_of(body) == blocks_


@given(st.text(alphabet="ab #|->*_`[]()\n\\<!.1", max_size=300))
def test_every_line_is_in_one_block_at_most(body: str) -> None:
    numbers = [number for block in lines_of(body) for number in block]
    assert numbers == sorted(set(numbers))
    assert all(len(plain(line)[0]) <= LONGEST for line in body.split("\n"))
