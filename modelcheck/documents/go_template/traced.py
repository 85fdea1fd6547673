"""Texts that know where their parts were written: in a template, in a helper, or in a value of a YAML file."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from modelcheck.documents.yamlfile import Node
from modelcheck.findings import Span
from modelcheck.records import record, replace


@record()
class WrittenFile:
    """A file that texts are copied from. ``starts`` are the offsets of its lines."""

    path: str
    text: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, path: str, text: str) -> WrittenFile:
        """The file with the offsets of its lines."""
        return cls(path, text, (0, *(found.end() for found in re.finditer("\n", text))))

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of an offset."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def span(self, start: int, end: int) -> Span:
        """The place of ``text[start:end]``."""
        return Span(self.path, *self.position(start), *self.position(end))


@record()
class Part:
    """The characters ``start`` to ``end`` of a text come from ``source``: a file, or a scalar of a YAML file.

    They are a copy of what is there from ``offset`` on; -1 where they are made from it. ``whole``: the scalar was written as YAML.
    """

    start: int
    end: int
    source: WrittenFile | Node
    offset: int = -1
    whole: bool = False

    def place(self, start: int, end: int) -> Span:
        """Where the characters ``start`` to ``end`` of the text, which are in this part, were written."""
        source = self.source
        if isinstance(source, WrittenFile):
            return source.span(self.offset + start - self.start, self.offset + end - self.start)
        return source.span if self.offset < 0 else _in_scalar(source, self.offset + start - self.start, end - start)


def _in_scalar(node: Node, offset: int, length: int) -> Span:
    """The place of some characters of a scalar; that of the scalar or its line where it is not written as it is read."""
    text = node.text or ""
    if node.style == "|":
        return Span(node.path, min(node.line + 1 + text.count("\n", 0, offset), node.end_line))
    quotes = 1 if node.style in ("'", '"') else 0
    if node.line != node.end_line or node.end_column - node.column != len(text) + 2 * quotes:
        return node.span
    column = node.column + quotes + offset
    return Span(node.path, node.line, column, node.line, column + length)


@record()
class Text:
    """A text and its parts, in order; what is in no part was made by the template."""

    text: str
    parts: tuple[Part, ...] = ()

    @classmethod
    def of(cls, text: str, source: WrittenFile | Node, offset: int = -1, *, whole: bool = False) -> Text:
        """A text that comes from one source."""
        return cls(text, (Part(0, len(text), source, offset, whole),) if text else ())

    def cut(self, start: int, end: int) -> Text:
        """The text from ``start`` to ``end``."""
        start, end = min(max(start, 0), len(self.text)), min(max(end, 0), len(self.text))
        if start == 0 and end == len(self.text):
            return self
        return Text(self.text[start:end], tuple(_cut(self.parts, start, end)))

    def made(self, text: str) -> Text:
        """A text that was made from this one: it comes from the same scalar, if there is only one."""
        if text == self.text:
            return self
        sources = {id(part.source): part.source for part in self.parts}
        only = next(iter(sources.values())) if len(sources) == 1 else None
        return Text.of(text, only) if isinstance(only, Node) else Text(text)

    def stripped(self, text: str) -> Text:
        """This text without what was removed at its ends to get ``text``."""
        start = self.text.find(text)
        return self.cut(start, start + len(text)) if text and start >= 0 else Text(text)


def _cut(parts: Sequence[Part], start: int, end: int) -> Iterable[Part]:
    for place in range(bisect_right(parts, start, key=lambda part: part.end), len(parts)):
        part = parts[place]
        first, last = max(part.start, start), min(part.end, end)
        if part.start >= end:
            return
        if (first, last) == (part.start, part.end):
            yield replace(part, start=first - start, end=last - start)
        elif part.offset >= 0:
            yield Part(first - start, last - start, part.source, part.offset + first - part.start)
        elif isinstance(part.source, Node):
            yield Part(first - start, last - start, part.source)


def moved(parts: Iterable[Part], by: int) -> Iterable[Part]:
    """The parts, each ``by`` characters further on."""
    return (replace(part, start=part.start + by, end=part.end + by) for part in parts)


def joined(texts: Iterable[Text]) -> Text:
    """The texts one after another."""
    pieces, parts, size = list[str](), list[Part](), 0
    for one in texts:
        pieces.append(one.text)
        parts += moved(one.parts, size) if size else one.parts
        size += len(one.text)
    return Text("".join(pieces), tuple(parts))


def split(text: Text, separator: str) -> list[Text]:
    """The pieces of a text between the separators."""
    pieces, start = list[Text](), 0
    for piece in text.text.split(separator) if separator else list(text.text):
        pieces.append(text.cut(start, start + len(piece)))
        start += len(piece) + len(separator)
    return pieces


def indented(text: Text, blanks: int) -> Text:
    """Every line of a text after so many blanks."""
    if "\n" not in text.text:
        return joined((Text(" " * blanks), text))
    starts = [0, *(found.end() for found in re.finditer("\n", text.text))]

    def target(offset: int, *, end: bool) -> int:
        """Where a character, or an exclusive end, is after blanks are added to each line."""
        return offset + blanks * bisect_right(starts, offset - 1 if end else offset)

    parts = list[Part]()
    for part in text.parts:
        if part.whole or part.offset < 0:
            parts.append(replace(part, start=target(part.start, end=False), end=target(part.end, end=True), offset=-1))
            continue
        first = part.start
        while first < part.end:
            line = bisect_right(starts, first)
            last = min(part.end, starts[line] if line < len(starts) else part.end)
            begin = target(first, end=False)
            parts.append(Part(begin, begin + last - first, part.source, part.offset + first - part.start))
            first = last
    return Text("\n".join(" " * blanks + line for line in text.text.split("\n")), tuple(parts))
