"""Files made from templates: a text whose parts were written in several places, and the way back to these."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field

from modelcheck.documents.located import Lines
from modelcheck.findings import Span
from modelcheck.records import mutable, record


@record(eq=True)
class Part:
    """Some characters of a made text. A literal part stands at ``offset`` of the template.

    Any other is a value that was written at ``value_at``, for an action of the template at ``offset``, ``length`` characters long.
    """

    text: str
    offset: int
    length: int = 0
    value_at: Span | None = None


def replaced(text: str, start: int, found: Iterable[re.Match[str]], made: Callable[[re.Match[str]], Part | None]) -> Iterator[Part]:
    """A text that stands at ``start`` of its file, with a part in the place of each match; None leaves one as it is written."""
    cursor = 0
    for one in found:
        part = made(one)
        if part is not None:
            yield Part(text[cursor : one.start()], start + cursor)
            yield part
            cursor = one.end()
    yield Part(text[cursor:], start + cursor)


@mutable
class Filled:
    """A file that a template makes, to be read as the file ``name`` is. ``template`` is the template's text, with its path."""

    name: str
    template: Lines
    parts: Sequence[Part]
    text: str = ""
    _lines: Lines = field(init=False, repr=False)
    _starts: list[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.parts = [part for part in self.parts if part.text]
        self._starts, start = [], 0
        for part in self.parts:
            self._starts.append(start)
            start += len(part.text)
        self.text = "".join(part.text for part in self.parts)
        self._lines = Lines(self.template.path, self.text)

    def place(self, at: Span) -> tuple[Span, Span | None]:
        """Where the text at a place was written, and for what action of the template, if it is a value of another place."""
        if at.path != self.template.path or at.line is None or not self.parts:
            return at, None
        start = self._lines.offset(at.line, at.column or 1)
        end = self._lines.offset(at.end_line or at.line, at.end_column or at.column or 1)
        number = max(0, bisect_right(self._starts, start) - 1)
        part, begin = self.parts[number], self._starts[number]
        if part.value_at is not None:
            action = self.template.span(part.offset, part.offset + part.length)
            size = len(part.text)
            inside = 0 <= start - begin < end - begin <= size
            return part.value_at.part(start - begin, end - begin, size) if inside else part.value_at, action
        whole = self.template.span(part.offset + start - begin, part.offset + max(start, end) - begin)
        if end > begin + len(part.text):  # it goes on in another part: only where it begins is known
            whole = Span(whole.path, whole.line, whole.column)
        return (whole if at.column else Span(whole.path, whole.line)), None
