"""What a store says as a whole: counts and shares, no names of models or of their owners."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from modelcheck.fleet.querying import query
from modelcheck.records import record
from modelcheck.reporters.markdown_text import escaped

_OF_CHECKPOINTS = {
    "Checkpoints by verdict": "SELECT label AS verdict, count(*) AS checkpoints FROM fleet GROUP BY 1",
    "Checkpoints by architecture": (
        "SELECT coalesce(model_type, 'not said') AS architecture, count(*) AS checkpoints, sum(label = 'base') AS base, "
        "sum(label = 'instruct') AS instruct FROM fleet GROUP BY 1"
    ),
    "Licences": "SELECT coalesce(license, 'not said') AS licence, count(*) AS checkpoints FROM fleet GROUP BY 1",
    "Findings in checkpoints": (
        "SELECT key AS rule, count(*) AS checkpoints, sum(value) AS findings FROM fleet, json_each(fleet.rules) GROUP BY 1"
    ),
}
_OF_USES = {
    "Uses by purpose": (
        "SELECT purpose, count(*) AS uses, count(DISTINCT tree) AS repositories, sum(label = 'base') AS base, "
        "sum(label = 'instruct') AS instruct, sum(label = 'unknown') AS unknown FROM deployments GROUP BY 1"
    ),
    "Uses by engine or program": (
        "SELECT engine, count(*) AS uses, count(DISTINCT tree) AS repositories FROM deployments WHERE NOT likely GROUP BY 1"
    ),
    "Files that name models": ("SELECT format, count(*) AS uses, count(DISTINCT tree) AS repositories FROM deployments GROUP BY 1"),
    "Findings in deployments": (
        "SELECT key AS rule, sum(value) AS findings, count(DISTINCT tree) AS repositories "
        "FROM deployments, json_each(deployments.rules) GROUP BY 1"
    ),
}
_SERVED = "purpose IN ('chat', 'completion', 'unknown') AND NOT likely"
_TUNED = "purpose = 'finetune' AND label IN ('base', 'instruct')"
_SHARES = (
    ("uses for chat that point at base weights", "label = 'base'", "purpose = 'chat' AND label IS NOT NULL"),
    ("uses for fine-tuning that start from base weights", "label = 'base'", _TUNED),
    ("models of the Hub served at no fixed revision", "revision IS NULL", f"{_SERVED} AND target GLOB '[^.]*/*'"),
    ("served models whose stage cannot be told", "label = 'unknown'", f"{_SERVED} AND label IS NOT NULL"),
)
"""What is counted, among which uses."""
_SHARES_TITLE = "Shares"
_MOST = 15


@record()
class Table:
    """A part of a report: a title, names of columns, rows with the largest count first, and how many rows are left out."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    left: int = 0


def tables(store: Path) -> list[Table]:
    """All tables that have rows. Raises Misuse."""
    (_, [counts]) = query(store, "SELECT (SELECT count(*) FROM fleet), (SELECT count(*) FROM deployments)")
    chosen = (_OF_CHECKPOINTS if counts[0] else {}) | (_OF_USES if counts[1] else {})
    made = [_table(store, title, sql) for title, sql in chosen.items()]
    return [*([_shares(store)] if counts[1] else []), *(one for one in made if one.rows)]


def _table(store: Path, title: str, sql: str) -> Table:
    columns, rows = query(store, f"{sql} ORDER BY 2 DESC, 1")
    return Table(title, tuple(columns), tuple(rows[:_MOST]), max(len(rows) - _MOST, 0))


def _shares(store: Path) -> Table:
    rows = []
    for what, part, whole in _SHARES:
        both = f"({part}) AND {whole}"
        sums = ", ".join(f"sum({one}), count(DISTINCT CASE WHEN {one} THEN tree END)" for one in (both, whole))
        _, [(uses, repositories, of, of_repositories)] = query(store, f"SELECT {sums} FROM deployments")  # noqa: S608
        if of:
            share = round(int(str(uses)) / int(str(of)), 4)
            rows.append((what, uses, of, share, repositories, of_repositories))
    return Table(_SHARES_TITLE, ("what", "uses", "of_uses", "share", "repositories", "of_repositories"), tuple(rows))


def _worded(shares: Table) -> Table:
    """The shares as people read them."""
    rows = (
        (what, f"{uses} of {of}", f"{100 * float(str(share)):.0f} %", f"{trees} of {all_}")
        for what, uses, of, share, trees, all_ in shares.rows
    )
    return Table(shares.title, ("what", "uses", "share", "repositories"), tuple(rows))


def as_markdown(store: Path) -> str:
    """The tables as Markdown."""
    parts = []
    for one in tables(store):
        one = _worded(one) if one.title == _SHARES_TITLE else one  # noqa: PLW2901 - the same table
        lines = [f"## {one.title}", "", _row(one.columns), f"|{'---|' * len(one.columns)}", *map(_row, one.rows)]
        parts.append("\n".join([*lines, *(["", f"{one.left} more."] if one.left else [])]))
    return "\n\n".join(parts) or "The store is empty."


def as_json(store: Path) -> str:
    """The tables as JSON: title → a list of objects."""
    found = {one.title: [dict(zip(one.columns, row, strict=True)) for row in one.rows] for one in tables(store)}
    return json.dumps(found, indent=1)


def _row(values: Iterable[object]) -> str:
    cells = (escaped("" if value is None else str(value)) for value in values)
    return f"| {' | '.join(cells)} |"
