"""Reads HCL (Terraform, Nomad) as tokens and blocks with their places, with the parser of python-hcl2."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from modelcheck.documents.located import Located
from modelcheck.findings import Span

_LONGEST = 2**17
_DEEPEST = 40


@dataclass(frozen=True, slots=True, eq=False)
class Token:
    """One token: ``kind`` is its name in the grammar (NAME, LBRACE, STRING_CHARS); line and column count from 1."""

    kind: str
    text: str
    line: int
    column: int

    def located(self, path: str, text: str | None = None) -> Located:
        """The token's text, or another one at its place, as a located text of the file at ``path``."""
        said = self.text if text is None else text
        return Located(said, Span(path, self.line, self.column, self.line, self.column + len(said)))


@lru_cache(maxsize=4)
def read_tokens(text: str) -> list[Token]:
    """Every token but line ends and comments, in order; an empty list for invalid HCL and for too long a file."""
    if len(text) > _LONGEST:
        return []
    import hcl2  # it builds its grammar when it is imported, which takes a second
    from lark.exceptions import LarkError

    parse: Any = hcl2.parses_to_tree
    try:
        every = list(parse(text if text.endswith("\n") else text + "\n").scan_values(lambda _: True))
    except (LarkError, RecursionError):  # not HCL, or nested too deeply
        return []
    return [Token(str(one.type), str(one), int(one.line), int(one.column)) for one in every if str(one.type) != "NL_OR_COMMENT"]


@dataclass(slots=True)
class Block:
    """A block or an object: attribute → its strings, in order, and the blocks inside. ``label`` is the first label of a block.

    ``var.name`` is a text among the strings.
    """

    name: str
    label: str | None = None
    values: dict[str, list[Located]] = field(default_factory=dict)
    children: list[Block] = field(default_factory=list)

    def first(self, name: str) -> Located | None:
        """The first string of an attribute."""
        return next(iter(self.values.get(name, ())), None)

    def walk(self) -> Iterator[Block]:
        """The block and all blocks in it."""
        yield self
        for child in self.children:
            yield from child.walk()


def read_blocks(tokens: list[Token], path: str) -> Block:
    """The file as a tree of blocks; the strings of a list belong to its attribute."""
    root = Block("")
    opened, key, nested = [root], "", 0
    for place, token in enumerate(tokens):
        after = tokens[place + 1].kind if place + 1 < len(tokens) else ""
        if token.kind == "LBRACE":
            if len(opened) < _DEEPEST:
                opened[-1].children.append(_open(tokens, place, key))
                opened.append(opened[-1].children[-1])
            else:
                nested += 1
        elif token.kind == "RBRACE":
            if nested:
                nested -= 1
            elif len(opened) > 1:
                opened.pop()
        elif token.kind == "NAME" and after in ("EQ", "COLON"):
            key = token.text
        elif token.kind == "STRING_CHARS" and after == "DBLQUOTE":
            opened[-1].values.setdefault(key, []).append(token.located(path))
        elif token.text == "var" and after == "DOT" and place + 2 < len(tokens):
            opened[-1].values.setdefault(key, []).append(token.located(path, f"var.{tokens[place + 2].text}"))
    return root


def _open(tokens: list[Token], place: int, key: str) -> Block:
    """The block that a brace opens, by the tokens before it: its name and labels, or the attribute whose value it is."""
    label = None
    while place > 0 and tokens[place - 1].kind in ("DBLQUOTE", "STRING_CHARS", "EQ", "COLON"):
        place -= 1
        label = tokens[place].text if tokens[place].kind == "STRING_CHARS" else label
    named = place > 0 and tokens[place - 1].kind == "NAME"
    return Block(tokens[place - 1].text if named else key, label)
