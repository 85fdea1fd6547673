"""The tables of a store, and how older ones become the present ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modelcheck.errors import Misuse

VERSION = 4
APPLICATION = 0x6D636B66
"""SQLite's application id: a store is told from another program's database. The bytes are ``mckf``."""

MIGRATIONS = (
    """
    CREATE TABLE scans (
        id INTEGER PRIMARY KEY, scope TEXT NOT NULL, judged_by TEXT NOT NULL, tool TEXT NOT NULL,
        started TEXT NOT NULL, ended TEXT, failed INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE checkpoints (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, judged_by TEXT NOT NULL, judged TEXT NOT NULL,
        scope TEXT NOT NULL, first_scan INTEGER NOT NULL, last_scan INTEGER NOT NULL,
        label TEXT, p_instruct REAL, sub_labels TEXT, source TEXT, model_type TEXT, license TEXT, gated INTEGER,
        base_models TEXT, relation TEXT, template TEXT, stop_ids TEXT, pickles INTEGER, files INTEGER, bytes INTEGER,
        errors INTEGER, warnings INTEGER, rules TEXT, problem TEXT, probe TEXT, margin REAL
    );
    CREATE INDEX checkpoints_by_name ON checkpoints (name, last_scan);
    CREATE TABLE uses (
        id INTEGER PRIMARY KEY, tree TEXT NOT NULL, version TEXT NOT NULL, judged_by TEXT NOT NULL, scope TEXT NOT NULL,
        first_scan INTEGER NOT NULL, last_scan INTEGER NOT NULL,
        path TEXT NOT NULL, line INTEGER, model TEXT NOT NULL, target TEXT, revision TEXT, engine TEXT, format TEXT, purpose TEXT,
        likely INTEGER, label TEXT, p_instruct REAL, rules TEXT
    );
    CREATE INDEX uses_by_tree ON uses (tree, last_scan);
    CREATE INDEX uses_by_target ON uses (target);
    CREATE TABLE trees (
        id INTEGER PRIMARY KEY, tree TEXT NOT NULL, version TEXT NOT NULL, judged_by TEXT NOT NULL, judged TEXT NOT NULL,
        scope TEXT NOT NULL, first_scan INTEGER NOT NULL, last_scan INTEGER NOT NULL, files INTEGER, problem TEXT
    );
    CREATE INDEX trees_by_name ON trees (tree, last_scan);
    CREATE TABLE failures (
        scan INTEGER NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, message TEXT NOT NULL, PRIMARY KEY (scan, name)
    ) WITHOUT ROWID;
    CREATE VIEW fleet AS SELECT * FROM checkpoints AS one
        WHERE last_scan = (SELECT max(last_scan) FROM checkpoints WHERE name = one.name)
        AND last_scan >= (SELECT coalesce(max(id), 0) FROM scans WHERE scope = one.scope AND ended IS NOT NULL);
    CREATE VIEW deployments AS SELECT * FROM uses AS one
        WHERE last_scan = (SELECT max(last_scan) FROM trees WHERE tree = one.tree)
        AND last_scan >= (SELECT coalesce(max(id), 0) FROM scans WHERE scope = one.scope AND ended IS NOT NULL);
    """,
    """
    ALTER TABLE checkpoints ADD COLUMN broken TEXT;
    ALTER TABLE uses ADD COLUMN broken TEXT;
    """,
    """
    DROP VIEW deployments;
    CREATE VIEW present_uses AS SELECT * FROM uses AS one
        WHERE last_scan = (SELECT max(last_scan) FROM trees WHERE tree = one.tree)
        AND last_scan >= (SELECT coalesce(max(id), 0) FROM scans WHERE scope = one.scope AND ended IS NOT NULL);
    CREATE VIEW deployments AS SELECT * FROM present_uses AS one
        WHERE NOT EXISTS (
            SELECT 1 FROM present_uses AS inner WHERE inner.tree > one.tree || '/' AND inner.tree < one.tree || '0'
            AND inner.tree || '/' || inner.path = one.tree || '/' || one.path AND inner.line IS one.line AND inner.model = one.model
        );
    """,
    """
    CREATE TABLE scopes (name TEXT NOT NULL, scope TEXT NOT NULL, PRIMARY KEY (name, scope)) WITHOUT ROWID;
    ALTER TABLE scans ADD COLUMN folders TEXT;
    CREATE VIEW ends AS SELECT scope, max(id) AS last FROM scans WHERE ended IS NOT NULL GROUP BY scope;
    DROP VIEW fleet;
    CREATE VIEW fleet AS SELECT * FROM checkpoints AS one
        WHERE last_scan = (SELECT max(last_scan) FROM checkpoints WHERE name = one.name)
        AND last_scan >= (SELECT coalesce(max(id), 0) FROM scans WHERE scope = one.scope AND ended IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM scopes JOIN ends USING (scope) WHERE name = one.name AND last > one.last_scan);
    DROP VIEW deployments;
    DROP VIEW present_uses;
    CREATE VIEW present_trees AS SELECT * FROM trees AS one
        WHERE last_scan = (SELECT max(last_scan) FROM trees WHERE tree = one.tree)
        AND last_scan >= (SELECT coalesce(max(id), 0) FROM scans WHERE scope = one.scope AND ended IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM scopes JOIN ends USING (scope) WHERE name = one.tree AND last > one.last_scan);
    CREATE VIEW present_uses AS SELECT one.* FROM uses AS one JOIN present_trees AS own
        ON own.tree = one.tree AND own.last_scan = one.last_scan;
    CREATE VIEW deployments AS SELECT * FROM present_uses AS one
        WHERE NOT EXISTS (
            SELECT 1 FROM present_uses AS inner WHERE inner.tree > one.tree || '/' AND inner.tree < one.tree || '0'
            AND (inner.tree || '/' || inner.path = one.tree || '/' || one.path OR inner.tree = one.tree || '/' || one.path)
            AND inner.line IS one.line AND inner.model = one.model
        );
    """,
)
"""The step to each version. A row holds for the scans ``first_scan`` to ``last_scan``: what does not change takes no more room.

``scopes`` has the other scopes in which a target was seen before: one that the last scan of any of them misses is gone. Of a folder
and one inside of it that were both targets, the deployments of the inner one count; ``0`` follows ``/`` in ASCII.
"""


def migrate(db: sqlite3.Connection) -> None:
    """Bring the tables of a store up to date, inside of a transaction."""
    for step in MIGRATIONS[int(db.execute("PRAGMA user_version").fetchone()[0]) :]:
        for statement in filter(str.strip, step.split(";\n")):
            db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION}")
    db.execute(f"PRAGMA user_version = {VERSION}")


def columns_of(table: str) -> dict[str, str]:
    """The columns of a table of a new store, each with its type (``INTEGER``, ``REAL``, ``TEXT``)."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    try:
        migrate(db)
        return {str(row[1]): str(row[2]) for row in db.execute(f"PRAGMA table_info({table})")}
    finally:
        db.close()


def storable(value: Any) -> Any:
    """A text that SQLite can keep: bytes of a name that are not UTF-8 are written as ``\\udcff``. Other values stay."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) and not value.isascii() else value


class Damaged(Misuse):
    """A store of which a part cannot be read."""

    def __init__(self, path: Path, problem: str) -> None:
        hint = "export what can be read with `modelcheck fleet export`, or start a new one with --store"
        super().__init__(f"{path} is damaged ({problem}): {hint}")


def refusal(path: Path, error: sqlite3.Error | sqlite3.Warning, hints: Mapping[str, str]) -> Misuse:
    """An error of SQLite's as one that names the file; ``hints`` is what SQLite says → what is said instead."""
    said = str(error)
    if isinstance(error, sqlite3.DatabaseError) and "not a database" in said:
        return Misuse(f"{path} is not a store of modelcheck fleet: {said}")
    if type(error) is sqlite3.DatabaseError and "authoriz" not in said:
        return Damaged(path, said)
    return Misuse(f"{path}: {hints.get(said, said)}")


def refuse_other_files(path: Path, db: sqlite3.Connection, *, oldest: int = 0) -> None:
    """Raises Misuse for a database that is not a store, for a store of a newer version, and for one older than ``oldest``."""
    application, version = (int(db.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("application_id", "user_version"))
    if application != APPLICATION and db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        raise Misuse(f"{path} is not a store of modelcheck fleet: give another file with --store")
    if version > VERSION:
        raise Misuse(f"{path} was written by a newer modelcheck (store version {version}; this one knows {VERSION})")
    if version < oldest:
        hint = f"`modelcheck fleet scan --store {path}` brings it up to date"
        raise Misuse(f"{path} was written by an older modelcheck (store version {version}; this needs {oldest}): {hint}")
