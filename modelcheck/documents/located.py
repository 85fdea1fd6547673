"""Texts with their places: single values and arguments, and the file that they are found in."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property

from modelcheck.documents.origin import Origin, cut, origin_of, use_of
from modelcheck.documents.yamlfile import Node, YamlFile
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.records import record

COMMENT = lazy(r"(?m)(?:^|(?<=\s))#.*$")
"""A shell comment."""


@record()
class Located:
    """One argument or one value as its program receives it, with the place where it was written.

    ``node`` is the YAML value that contains it. ``origins`` are the parts that were written elsewhere; ``used_at`` is the place
    of the variable or template action for which the text was taken from elsewhere.
    """

    text: str
    at: Span
    node: Node | None = None
    origins: tuple[Origin, ...] = ()
    used_at: Span | None = None

    def after(self, start: int) -> Located:
        """The text after its first ``start`` characters, at its own place if the text is written literally in the file."""
        written_at = origin_of(self.origins, start, len(self.text)) if self.origins else None
        if written_at:
            return Located(self.text[start:], written_at, self.node, used_at=_used(written_at, self.origins, start, self.at))
        size = len(self.text)
        return Located(self.text[start:], self.at.part(start, size, size), self.node, cut(self.origins, start, size), self.used_at)


def located(node: Node) -> Located:
    """A scalar with the place where its text was written."""
    text = node.text or ""
    written_at = origin_of(node.origins, 0, len(text)) if node.origins else None
    used_at = _used(written_at, node.origins, 0, node.span) if written_at else None
    return Located(text, written_at or node.span, node, () if written_at else node.origins, used_at)


def _used(written_at: Span, origins: Sequence[Origin], start: int, at: Span) -> Span | None:
    """The place that takes a text from another file; None if it is written in that file itself."""
    used = use_of(origins, start, at)
    return None if used.path == written_at.path else used


@record()
class Setting:
    """A value and the path of keys that leads to it, section first."""

    keys: tuple[str, ...]
    value: Located


class Lines:
    """A file's text, in which places are found. ``others`` are the texts of other files whose nodes stand in the same documents."""

    def __init__(self, path: str, text: str, others: Mapping[str, str] | None = None) -> None:
        self.path = path
        self.text = text
        self._others = {path: Lines(path, text) for path, text in (others or {}).items()}

    @classmethod
    def of(cls, file: YamlFile) -> Lines:
        """The lines of a YAML file, and of those that its documents are put together from."""
        return cls(file.path, file.text, file.others)

    def file_of(self, node: Node) -> Lines | None:
        """The lines of the file that a node is written in, if they are known."""
        return self if node.path == self.path else self._others.get(node.path)

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
        """Locate each word of a scalar in its file, in order; one that is not written literally gets the scalar's place."""
        if node.origins:
            return _place_by_origin(node, words)
        lines = self.file_of(node)
        if lines is None:
            return [Located(word, node.span, node) for word in words]
        if lines is not self:
            return lines.place(node, words, script=script)
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


def _place_by_origin(node: Node, words: list[str]) -> list[Located]:
    """Each word of a scalar of which parts were written elsewhere. A word that is one of these parts gets its place."""
    text, cursor, placed = node.text or "", 0, []
    for word in words:
        found = text.find(word, cursor) if word else -1
        if found < 0:
            placed.append(Located(word, node.span, node))
            continue
        cursor = found + len(word)
        placed.append(place_in(node, found, cursor))
    return placed


def place_in(node: Node, start: int, end: int) -> Located:
    """The characters ``start`` to ``end`` of a scalar of which parts were written elsewhere, with their place."""
    written_at = origin_of(node.origins, start, end)
    origins = () if written_at else cut(node.origins, start, end)
    used_at = _used(written_at, node.origins, start, node.span) if written_at else None
    return Located((node.text or "")[start:end], written_at or _near(node, start), node, origins, used_at)


def _near(node: Node, start: int) -> Span:
    """The place of a word that is written in parts: where its first part is used, or written in the same file."""
    first = next((one for one in node.origins if one.start <= start < one.end), None)
    if first is None:
        return node.span
    return first.used or (first.at if first.at.path == node.path else node.span)
