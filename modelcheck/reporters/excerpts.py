"""The source line of a finding as reports show it: what is before, at and after the place, and the line as its fix makes it."""

from __future__ import annotations

from modelcheck.printable import one_line, printable
from modelcheck.records import record
from modelcheck.report import Reported

_TAB = "    "


@record()
class Line:
    """A source line in three parts, harmless to show. ``number`` is its line in the file; ``cut``: its beginning is left out."""

    number: int
    before: str
    marked: str
    after: str
    cut: bool


def source_line(found: Reported) -> Line | None:
    """The line of a finding in a local file; None where it is not known. ``marked`` is empty if the finding has no column."""
    excerpt, at = found.excerpt, found.finding.at
    if excerpt is None or at is None or not excerpt.text.strip():
        return None
    length = len(excerpt.text)
    start = min(length, (at.column or excerpt.start) - excerpt.start) if at.column else 0
    end = min(length, at.end_column - excerpt.start if at.end_column else start + 1)
    if (at.end_line or at.line) != at.line:
        end = length
    if at.column is None or start < 0:
        start = end = 0
    text = excerpt.text
    return Line(excerpt.line, shown(text[:start]), shown(text[start:end]), shown(text[end:].rstrip()), excerpt.start > 1)


def fixed_line(found: Reported) -> str | None:
    """The line after the finding's fix; None if the fix changes other lines, or there is no fix."""
    fix, excerpt, at = found.finding.fix, found.excerpt, found.finding.at
    if fix is None or not fix.edits or excerpt is None or at is None or not found.local:
        return None
    text = excerpt.text
    for edit in sorted(fix.edits, key=lambda one: one.at.column or 0, reverse=True):
        place = edit.at
        here = (place.path, place.line, place.end_line or place.line) == (at.path, excerpt.line, excerpt.line)
        if not here or place.column is None or place.end_column is None or place.column < excerpt.start:
            return None
        if place.end_column - excerpt.start > len(text):
            return None
        text = text[: place.column - excerpt.start] + edit.replacement + text[place.end_column - excerpt.start :]
    return shown(text.rstrip())


def shown(text: str) -> str:
    """Source text on one line, with spaces for tabs, and without control characters and commands."""
    return printable(one_line(text.replace("\t", _TAB)))
