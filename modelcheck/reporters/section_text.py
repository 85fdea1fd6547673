"""Sections of sentences and tables, as text and as Markdown."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from modelcheck.printable import one_line
from modelcheck.records import record
from modelcheck.reporters.markdown_text import escaped

_WIDTH = 80
_INDENT = "  "


@record()
class Table:
    """Names of columns, and rows of texts; the first column is on the left, the others on the right."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@record()
class Section:
    """A title, paragraphs, and tables below them. ``curves``: the learning curves belong here."""

    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    curves: bool = False


def text_of(sections: Iterable[Section], width: int = _WIDTH) -> str:
    """For a terminal or a log, at most ``width`` characters a line where its tables allow that."""
    parts = []
    for section in sections:
        lines = [section.title]
        for paragraph in section.paragraphs:
            lines += textwrap.wrap(
                one_line(paragraph),
                width,
                initial_indent=_INDENT,
                subsequent_indent=_INDENT,
                break_long_words=False,
                break_on_hyphens=False,
            )
        for table in section.tables:
            lines += _table(table)
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _table(table: Table) -> list[str]:
    rows = [table.columns, *table.rows]
    texts = [tuple(one_line(cell) for cell in row) for row in rows]
    widths = [max(len(row[place]) for row in texts) for place in range(len(table.columns))]
    words = [not any(row[place][:1].isdigit() for row in texts[1:]) for place in range(len(widths))]
    lines = []
    for row in texts:
        cells = [f"{cell:<{width}}" if left else f"{cell:>{width}}" for cell, width, left in zip(row, widths, words, strict=True)]
        lines.append(f"{_INDENT}{'  '.join(cells)}".rstrip())
    return lines


def markdown_of(sections: Iterable[Section]) -> str:
    """For a message or a page."""
    parts = []
    for section in sections:
        lines = [f"## {section.title}", ""]
        lines += [part for paragraph in section.paragraphs for part in (escaped(one_line(paragraph)), "")]
        for table in section.tables:
            lines += [_row(table.columns), f"|{'---|' * len(table.columns)}", *map(_row, table.rows), ""]
        parts.append("\n".join(lines).rstrip())
    return "\n\n".join(parts)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(escaped(one_line(cell)) for cell in cells)} |"
