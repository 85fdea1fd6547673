"""Questions to a store, in SQL. They can only read this one file, and SQLite stops after some seconds."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from modelcheck.errors import Misuse
from modelcheck.fleet.schema import refusal, refuse_other_files, storable

_SECONDS = 30.0
_REFUSED = frozenset((sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH, sqlite3.SQLITE_PRAGMA, sqlite3.SQLITE_TRANSACTION))
"""The file is opened for reading only; these would reach other files."""
_HINTS = {
    "interrupted": f"it takes more than {_SECONDS:g} seconds",
    "database is locked": f"another program has held it for {_SECONDS:g} seconds: try again when it has ended",
}
Rows = tuple[list[str], list[tuple[object, ...]]]
"""Names of columns, and rows."""


def query(path: Path, sql: str, *values: object, oldest: int = 0) -> Rows:
    """Run one SELECT on a store that has at least the version ``oldest``.

    Raises Misuse for a file that is no store, for SQL that cannot be read, and for anything but reading.
    """
    if not path.is_file():
        raise Misuse(f"{path} does not exist: `modelcheck fleet scan --store {path}` makes one")
    end = time.monotonic() + _SECONDS
    try:
        db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=_SECONDS)
        try:
            refuse_other_files(path, db, oldest=oldest)
            db.set_authorizer(lambda action, *_: sqlite3.SQLITE_DENY if action in _REFUSED else sqlite3.SQLITE_OK)
            db.set_progress_handler(lambda: int(time.monotonic() > end), 100_000)
            cursor = db.execute(storable(sql), tuple(map(storable, values)))
            return [column[0] for column in cursor.description or ()], cursor.fetchall()
        finally:
            db.close()
    except MemoryError:
        raise Misuse(f"{path}: the answer has more rows than fit into the memory: ask for fewer (LIMIT)") from None
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise refusal(path, error, _HINTS) from error
