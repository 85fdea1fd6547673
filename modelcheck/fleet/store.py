"""The store of a fleet: one SQLite file. Each target is one transaction: a killed scan loses only what it worked on."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from modelcheck.fleet.schema import VERSION, Damaged, migrate, refusal, refuse_other_files, storable
from modelcheck.records import record

_PATIENCE = 30.0
"""Seconds to wait for another scan that is writing."""
_NO_ROOM = "it cannot be written: the disk is full, or files may not become larger"
_NAMED_BY = {"checkpoints": "name", "trees": "tree", "uses": "tree"}
"""Table → the column with the name of the target."""


@record(eq=True)
class Judged:
    """What a store knows of a target: the version at which it was judged, by what, when, and in which scan it was seen last.

    ``gated`` is None for what is no checkpoint.
    """

    version: str
    judged_by: str
    judged: str
    last_scan: int
    scope: str = ""
    gated: bool | None = None


class Store:
    """A store that is open for writing. Use it from the thread that made it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._told():
            self._db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
            self._db.row_factory = sqlite3.Row
            self._prepare()

    def _prepare(self) -> None:
        refuse_other_files(self.path, self._db)
        self._use_log()
        self._db.execute("PRAGMA synchronous = NORMAL")
        if self._pragma("user_version") < VERSION:
            with self.transaction():
                if self._pragma("user_version") < VERSION:  # another scan may have been first
                    migrate(self._db)

    def _use_log(self) -> None:
        """Turn the write-ahead log on. SQLite does not wait by itself for another process that does the same."""
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)
            else:
                return

    def _pragma(self, name: str) -> int:
        return int(self._db.execute(f"PRAGMA {name}").fetchone()[0])

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turns SQLite's errors into ones that name the file and say what to do. Raises Misuse."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            locked = f"another scan is writing to it (waited for {_PATIENCE:g} seconds): try again when it has ended"
            hints = {"database is locked": locked, "database or disk is full": "the disk is full", "disk I/O error": _NO_ROOM}
            raise refusal(self.path, error, hints) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside, or nothing. Raises Misuse where the file cannot be written."""
        with self._told():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def check(self) -> None:
        """Raises Misuse with the first thing that SQLite finds wrong with the file."""
        with self._told():
            found = [str(row[0]) for row in self._db.execute("PRAGMA quick_check(1)")]
        if found != ["ok"]:
            raise Damaged(self.path, found[0].strip().splitlines()[-1])

    def start(self, scope: str, judged_by: str, tool: str) -> int:
        """The number of a new scan, or of the last one of this scope if that was cut off and judged by the same."""
        with self.transaction():
            last = self._db.execute("SELECT * FROM scans WHERE scope = ? ORDER BY id DESC LIMIT 1", (scope,)).fetchone()
            if last is not None and last["ended"] is None and last["judged_by"] == judged_by:
                return int(last["id"])
            insert = "INSERT INTO scans (scope, judged_by, tool, started) VALUES (?, ?, ?, ?)"
            return int(self._db.execute(insert, (scope, judged_by, tool, now())).lastrowid or 0)

    def end(self, scan: int, failed: int) -> None:
        """The scan has seen all of its targets."""
        with self.transaction():
            self._db.execute("UPDATE scans SET ended = ?, failed = ? WHERE id = ?", (now(), failed, scan))

    def known(self, name: str) -> Judged | None:
        """What is known of a target, a checkpoint (``checkpoints``) or a folder, file or repository (``trees``), newest first."""
        one = "SELECT version, judged_by, judged, last_scan, scope, {} AS gated, id FROM {} WHERE {} = ?1"
        tables = (("checkpoints", "gated"), ("trees", "NULL"))
        both = " UNION ALL ".join(one.format(gated, table, _NAMED_BY[table]) for table, gated in tables)
        with self._told():
            found = self._db.execute(f"{both} ORDER BY last_scan DESC, id DESC LIMIT 1", (storable(name),)).fetchone()
        if found is None:
            return None
        version, judged_by, judged, last_scan, scope, gated, _ = found
        return Judged(version, judged_by, judged, last_scan, scope, None if gated is None else bool(gated))

    def seen(self, name: str, known: Judged, scan: int, scope: str) -> None:
        """An unchanged target holds for this scan, too: what it is, and what it uses."""
        with self.transaction():
            self.note_scope(name, known, scope)
            for table, column in _NAMED_BY.items():
                update = f"UPDATE {table} SET last_scan = ?, scope = ? WHERE {column} = ? AND last_scan = ?"  # noqa: S608
                self._db.execute(update, (scan, scope, storable(name), known.last_scan))

    def note_scope(self, name: str, known: Judged | None, scope: str) -> None:
        """Remember the scope in which a target was seen before, if it is another one, inside of ``transaction``."""
        if known is not None and known.scope not in ("", scope):
            self._db.execute("INSERT OR IGNORE INTO scopes VALUES (?, ?)", (storable(name), known.scope))

    def looked_in(self, scan: int, folders: Iterable[str]) -> None:
        """Note the folders in which a scan looks for targets."""
        with self.transaction():
            text = json.dumps([storable(folder) for folder in folders])
            self._db.execute("UPDATE scans SET folders = ? WHERE id = ?", (text, scan))

    def known_below(self, folder: str) -> bool:
        """Whether a scan has looked in a folder before, or found something in it."""
        with self._told():
            looked = "SELECT 1 FROM scans, json_each(scans.folders) WHERE json_each.value = ? LIMIT 1"
            return bool(self._db.execute(looked, (storable(folder),)).fetchone()) or self._below(folder)

    def _below(self, folder: str) -> bool:
        return any(
            self._db.execute(
                f"SELECT 1 FROM {table} WHERE {column} GLOB ? OR {column} = ? LIMIT 1",  # noqa: S608
                (f"{_literal(folder)}/*", storable(folder)),
            ).fetchone()
            for table, column in _NAMED_BY.items()
        )

    def seen_all(self, scan: int, scope: str) -> None:
        """What the last scan of these targets has seen holds for this scan, too: it is not known what there is."""
        last = "SELECT max(id) FROM scans WHERE scope = ? AND ended IS NOT NULL"
        with self.transaction():
            for table in _NAMED_BY:
                self._db.execute(f"UPDATE {table} SET last_scan = ? WHERE last_scan = ({last})", (scan, scope))  # noqa: S608

    def seen_below(self, folder: str, scan: int, scope: str) -> None:
        """What holds below a folder holds for this scan, too: the folder cannot be looked at.

        Of a folder whose models have names of their own, a cache of the Hub for instance, that is all that the scans of these
        targets have found.
        """
        if not self._below(folder):
            self.seen_all(scan, scope)
            return
        last = "SELECT max(id) FROM scans WHERE scope = ? AND ended IS NOT NULL"
        with self.transaction():
            for table, column in _NAMED_BY.items():
                update = f"UPDATE {table} SET last_scan = ? WHERE ({column} GLOB ? OR {column} = ?) AND last_scan = ({last})"  # noqa: S608
                self._db.execute(update, (scan, f"{_literal(folder)}/*", storable(folder), scope))

    def add(self, table: str, row: Mapping[str, Any]) -> None:
        """Add a row, inside of ``transaction``; lists and mappings are stored as JSON."""
        values = {
            key: json.dumps(value) if isinstance(value, list | dict | tuple) else storable(value) for key, value in row.items()
        }
        marks = ", ".join("?" * len(values))
        self._db.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))  # noqa: S608

    def forget(self, table: str, name: str, scan: int) -> None:
        """Remove what this very scan wrote of a target before it was cut off, inside of ``transaction``."""
        self._db.execute(f"DELETE FROM {table} WHERE {_NAMED_BY[table]} = ? AND first_scan = ?", (storable(name), scan))  # noqa: S608

    def recovered(self, scan: int, name: str) -> None:
        """A target that failed before this scan was cut off did not fail again, inside of ``transaction``."""
        self._db.execute("DELETE FROM failures WHERE scan = ? AND name = ?", (scan, storable(name)))

    def fail(self, scan: int, name: str, kind: str, message: str) -> None:
        """Note that a target could not be judged; what was known of it stays."""
        with self.transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?)", (scan, storable(name), kind, storable(message[:500]))
            )

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """The rows of a query of ours."""
        with self._told():
            return [dict(row) for row in self._db.execute(query, values)]

    def close(self) -> None:
        """Close the file. Where no other scan has it open, no log stays beside it, so that it can be read from anywhere."""
        with suppress(sqlite3.Error):
            self._db.execute("PRAGMA journal_mode = DELETE")
        self._db.close()


def _literal(path: str) -> str:
    """A path as a pattern of SQLite's GLOB."""
    return re.sub(r"([*?\[])", r"[\1]", storable(path))


def now() -> str:
    """The time as it is stored: UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
