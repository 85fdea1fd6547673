"""Texts with their places: single values and arguments, and the file that they are found in."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from modelcheck.documents.yamlfile import Node
from modelcheck.findings import Span
from modelcheck.patterns import lazy

COMMENT = lazy(r"(?m)(?:^|(?<=\s))#.*$")
"""A shell comment."""


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """One argument or one value as its program receives it, with its place. ``node`` is the YAML value that contains it."""

    text: str
    at: Span
    node: Node | None = None

    def after(self, start: int) -> Located:
        """The text after its first ``start`` characters, at its own place if the text is written literally in the file."""
        at = self.at
        written = at.line is not None and at.line == at.end_line and at.column is not None
        if written and at.column is not None and (at.end_column or 0) - at.column == len(self.text):
            at = Span(at.path, at.line, at.column + start, at.end_line, at.end_column)
        return Located(self.text[start:], at, self.node)


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """A value and the path of keys that leads to it, section first."""

    keys: tuple[str, ...]
    value: Located


class Lines:
    """A file's text, in which places are found."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text

    @cached_property
    def _starts(self) -> list[int]:
        """The offset of each line, computed when first needed: most files never need it."""
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and column."""
        return self._starts[min(line, len(self._starts)) - 1] + column - 1

    def span(self, start: int, end: int) -> Span:
        """The span of ``text[start:end]``, which must lie on one line."""
        line = bisect_right(self._starts, start)
        begin = self._starts[line - 1]
        return Span(self.path, line, start - begin + 1, line, end - begin + 1)

    def group(self, found: re.Match[str], name: str, offset: int = 0) -> Located:
        """A group of a match with its place; ``offset`` is that of the matched text in the file."""
        return Located(found[name], self.span(offset + found.start(name), offset + found.end(name)))

    def place(self, node: Node, words: list[str], *, script: bool) -> list[Located]:
        """Locate each word of a scalar in the file, in order; one that is not written literally gets the scalar's place."""
        start = self.offset(node.line, node.column)
        end = self.offset(node.end_line, node.end_column)
        raw = self.text[start:end]
        if script:
            raw = COMMENT.sub(lambda found: " " * len(found.group()), raw)
        cursor, placed = 0, []
        for word in words:
            found = raw.find(word, cursor) if word else -1
            if found < 0 or "\n" in word:
                placed.append(Located(word, node.span, node))
                continue
            cursor = found + len(word)
            placed.append(Located(word, self.span(start + found, start + cursor), node))
        return placed
