"""Where shell text is written: a slice of a file, a text that a file contains in another form, or a value of other shell text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Protocol

from modelcheck.documents.located import Lines, Located, place_in
from modelcheck.documents.yamlfile import Node
from modelcheck.findings import Span
from modelcheck.patterns import lazy

_TOKEN = lazy(r"[\w./:@=+-]+|\$[({]?")
_OF_MAKE = r"\$\((?P<make>\w+)\)|\{\{[ \t]*(?P<just>\w+)[ \t]*\}\}"
_VARIABLE_OF_MAKE = lazy(_OF_MAKE)
_DOLLAR_OF_MAKE = lazy(rf"(?P<dollar>\$\$)|{_OF_MAKE}")
_MOST_LOST = 50
"""Words that are not found as they are: each is searched through the whole value, which is slow."""


class Source(Protocol):
    """Shell text with the places of its characters."""

    text: str

    def span(self, start: int, end: int) -> Span:
        """The place of ``text[start:end]``; its line alone where that is not written literally on one line."""

    def written(self, start: int, end: int) -> str:
        """What the file has in the place of ``text[start:end]``."""


class FileSlice:
    """``text`` stands in a file from ``start``; each of its characters takes one character there."""

    def __init__(self, lines: Lines, start: int, text: str) -> None:
        self.text = text
        self._lines = lines
        self._start = start

    def span(self, start: int, end: int) -> Span:
        """The place in the file."""
        at = self._lines.span(self._start + start, self._start + end)
        return Span(at.path, at.line) if "\n" in self._lines.text[self._start + start : self._start + end] else at

    def written(self, start: int, end: int) -> str:
        """The file's own text."""
        return self._lines.text[self._start + start : self._start + end]


class Decoded:
    """A text that a file contains with escapes, indentation or doubled signs.

    ``runs`` say where the text is written literally: pairs of an offset in the text and one in the file, in order; each run
    ends where the next one begins. An offset in the file of -1 is a run that is written in some other form.
    """

    def __init__(self, lines: Lines, text: str, runs: Sequence[tuple[int, int]], otherwise: Span) -> None:
        self.text = text
        self._lines = lines
        self._starts = [start for start, _ in runs]
        self._places = [place for _, place in runs]
        self._otherwise = otherwise

    def span(self, start: int, end: int) -> Span:
        """The place in the file."""
        first = bisect_right(self._starts, start) - 1
        if first < 0 or self._places[first] < 0:
            return self._otherwise
        begin = self._places[first] + start - self._starts[first]
        at = self._lines.span(begin, begin + end - start)
        return at if self._lines.text[begin : begin + end - start] == self.text[start:end] else Span(at.path, at.line)

    def written(self, start: int, end: int) -> str:
        """The file's own text, where both ends are known."""
        first, last = bisect_right(self._starts, start) - 1, bisect_right(self._starts, max(start, end - 1)) - 1
        if first < 0 or self._places[first] < 0 or self._places[last] < 0:
            return self.text[start:end]
        begin, close = self._places[first] + start - self._starts[first], self._places[last] + end - self._starts[last]
        raw = self._lines.text[begin:close]
        return raw if _VARIABLE_OF_MAKE.sub(_of_shell, raw) == self.text[start:end] else self.text[start:end]


class Value:
    """The text of one located value: exact where it is written literally on one line, at the value's own place otherwise."""

    def __init__(self, value: Located) -> None:
        self.text = value.text
        self.value = value

    def span(self, start: int, end: int) -> Span:
        """The place in the file, cut from that of the value."""
        return self.value.at.part(start, end, len(self.text))

    def written(self, start: int, end: int) -> str:
        """The value's text."""
        return self.text[start:end]


class FromElsewhere:
    """The text of a scalar of which parts were written in other places."""

    def __init__(self, node: Node) -> None:
        self.text = node.text or ""
        self._node = node

    def span(self, start: int, end: int) -> Span:
        """The place of the part that contains it."""
        return place_in(self._node, start, end).at

    def written(self, start: int, end: int) -> str:
        """The scalar's text."""
        return self.text[start:end]


def undoubled(lines: Lines, start: int, text: str) -> Decoded:
    """Text of a file in which ``$$`` is a dollar sign and ``$(NAME)`` or ``{{NAME}}`` a variable: a recipe of Make or just."""
    runs, parts, size = [(0, start)], [], 0
    cursor = 0
    for found in _DOLLAR_OF_MAKE.finditer(text):
        parts += [text[cursor : found.start()], "$" if found["dollar"] else _of_shell(found)]
        size += found.start() - cursor + len(parts[-1])
        cursor = found.end()
        runs.append((size, start + cursor))
    return Decoded(lines, "".join((*parts, text[cursor:])), runs, lines.span(start, start))


def _of_shell(found: re.Match[str]) -> str:
    return f"${{{found['make'] or found['just']}}}"


def of_scalar(node: Node, text: str, lines: Lines) -> Source:
    """``text``, which is the scalar's or a part of it: by its lines in a literal block, otherwise by its words, in order."""
    if node.origins and node.text == text:
        return FromElsewhere(node)
    lines = lines.file_of(node) or lines
    if node.style == "|" and node.text == text:
        return Decoded(lines, text, list(_runs_of_block(node, text, lines)), node.span)
    start, end = lines.offset(node.line, node.column), lines.offset(node.end_line, node.end_column)
    return Decoded(lines, text, list(_runs_of_words(text, lines.text[start:end], start)), node.span)


def _runs_of_block(node: Node, text: str, lines: Lines) -> Iterator[tuple[int, int]]:
    """A block's lines: the file's from the next one, each without the indentation."""
    offset = 0
    for number, line in enumerate(text.split("\n"), node.line + 1):
        begin = lines.offset(number, 1)
        end = lines.text.find("\n", begin)
        raw = lines.text[begin : end if end >= 0 else len(lines.text)]
        indentation = len(raw.removesuffix("\r")) - len(line)
        yield offset, begin + indentation if indentation >= 0 and raw.removesuffix("\r").endswith(line) else -1
        offset += len(line) + 1


def _runs_of_words(text: str, raw: str, start: int) -> Iterator[tuple[int, int]]:
    cursor = lost = 0
    for found in _TOKEN.finditer(text):
        place = raw.find(found.group(), cursor) if lost < _MOST_LOST else -1
        if place < 0:
            lost += 1
            yield found.start(), -1
            continue
        cursor = place + len(found.group())
        yield found.start(), start + place
