"""What can be read of a damaged store: row by row, without its indexes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from modelcheck.errors import Misuse
from modelcheck.fleet.querying import Rows
from modelcheck.fleet.schema import columns_of

_VIEWS = {"fleet": ("checkpoints", "name", "checkpoints"), "deployments": ("uses", "tree", "trees")}
"""View → its table, the column with the name of the target, and the table that says when the target was seen last."""
_SMALLEST = 40
"""Bytes that a row takes at the least, which bounds their number."""


def readable_rows(path: Path, table: str) -> Rows:
    """The rows of a table or view of a store that can be read. Raises Misuse where not even its tables can be told."""
    of, name, targets = _VIEWS.get(table, (table, "", table))
    try:
        db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        db.row_factory = sqlite3.Row
        try:
            db.execute("SELECT name FROM sqlite_master").fetchall()
            most = path.stat().st_size // _SMALLEST
            columns = list(columns_of(of))
            rows = _rows(db, of, most)
            if name:
                seen = rows if targets == of else _rows(db, targets, most)
                rows = _present(rows, name, seen, _rows(db, "scans", most), _scopes(db))
        finally:
            db.close()
    except sqlite3.DatabaseError as error:
        raise Misuse(f"{path} is damaged ({error}), and nothing of it can be read: start a new one with --store") from error
    return columns, [tuple(row[column] if column in row.keys() else None for column in columns) for row in rows]  # noqa: SIM118


def _rows(db: sqlite3.Connection, table: str, most: int) -> list[sqlite3.Row]:
    found = []
    for number in range(1, most + 1):
        with suppress(sqlite3.DatabaseError, UnicodeDecodeError):
            found += db.execute(f"SELECT * FROM {table} WHERE id = ?", (number,)).fetchall()  # noqa: S608
    return found


def _scopes(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """As many of the other scopes of targets as can be read; a store of an older version has none."""
    found: list[sqlite3.Row] = []
    with suppress(sqlite3.DatabaseError, UnicodeDecodeError):
        for row in db.execute("SELECT name, scope FROM scopes"):
            found.append(row)  # noqa: PERF402 - what was read before an error stays
    return found


def _present(
    rows: Iterable[sqlite3.Row],
    name: str,
    targets: Iterable[sqlite3.Row],
    scans: Iterable[sqlite3.Row],
    scopes: Iterable[sqlite3.Row],
) -> list[sqlite3.Row]:
    """The rows that hold now, as the views of the store define it."""
    newest: dict[object, int] = {}
    for one in targets:
        newest[one[name]] = max(newest.get(one[name], 0), one["last_scan"])
    ended: dict[object, int] = {}
    for one in scans:
        if one["ended"] is not None:
            ended[one["scope"]] = max(ended.get(one["scope"], 0), one["id"])
    for one in scopes:  # what any set of targets that has seen it misses is gone
        newest[one["name"]] = max(newest.get(one["name"], 0), ended.get(one["scope"], 0))
    return [one for one in rows if one["last_scan"] >= max(newest.get(one[name], 0), ended.get(one["scope"], 0))]
