"""The source line of a finding on a terminal: with carets under the place, and as the fix makes it."""

from __future__ import annotations

from collections.abc import Iterator

from click import style as paint

from modelcheck.report import Reported, Style
from modelcheck.reporters.colors import painted
from modelcheck.reporters.excerpts import Line, fixed_line, source_line

_MARGIN = 20
"""Columns kept before a place that would otherwise be beyond the right edge."""


def excerpt_lines(found: Reported, style: Style) -> Iterator[str]:
    """The lines; none if the finding has no source line. No line is wider than ``style.width``."""
    line = source_line(found)
    if line is None:
        return
    bar, more = ("│", "…") if style.unicode else ("|", "...")
    number = f"{line.number:>5}"
    room = style.width - len(number) - 3
    start = _start(line, room)
    whole = line.before + line.marked + line.after
    yield _dim(f"{number} {bar} ", style) + _clipped(whole, start, room, more)
    if line.marked:
        carets = "^" * max(1, min(columns(line.marked), room - columns(whole[start : len(line.before)])))
        blank = " " * columns(whole[start : len(line.before)])
        yield _dim(f"{'':>5} {bar} ", style) + blank + painted(carets, str(found.severity), color=style.color)
    fixed = fixed_line(found)
    if fixed is not None:
        text = f"{number} + {_clipped(fixed, start, room, more)}"
        yield paint(text, fg="green") if style.color else text


def _start(line: Line, room: int) -> int:
    """The index of the first character that is shown."""
    if columns(line.before + line.marked) <= room:
        return 0
    return max(0, len(line.before) - _MARGIN)


def _clipped(text: str, start: int, room: int, more: str) -> str:
    """As much of the text from ``start`` as fits."""
    shown = text[start:]
    if columns(shown) <= room:
        return shown
    while shown and columns(shown) > room - len(more):
        shown = shown[: max(0, len(shown) - max(1, (columns(shown) - room) // 2))]
    return shown + more


def columns(text: str) -> int:
    """The columns that a text takes on a terminal: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(one) else 2 if east_asian_width(one) in "WF" else 1 for one in text)


def _dim(text: str, style: Style) -> str:
    return paint(text, dim=True) if style.color else text
