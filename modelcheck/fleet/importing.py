"""Adds exported rows to a store, as a scan of its own: of another machine, or of a store that is damaged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from modelcheck.errors import Misuse
from modelcheck.fleet.store import Store, now
from modelcheck.fleet.transfer import read_rows

_OWN = frozenset(("id", "scope", "first_scan", "last_scan"))
"""Columns that say when this store saw a row; an imported row is seen now."""
_OBJECTS = frozenset(("rules", "broken"))
"""Columns that hold a JSON object."""
_LARGEST = 2**63
_NEEDED = {"checkpoints": ("name", "version", "label"), "uses": ("tree", "version", "path", "model")}


def check_suffix(file: Path) -> None:
    """Raises Misuse for a file of another format than those that are exported."""
    if file.suffix not in (".jsonl", ".csv", ".parquet"):
        raise Misuse(f"{file}: the suffix must be .jsonl, .csv or .parquet")


def import_rows(store: Store, file: Path, tool: str) -> tuple[str, int]:
    """Add the rows of an exported file, and return the table and their number.

    Raises Misuse for a row that is neither a checkpoint nor a use, or has a value that is no text or number; then none is added.
    """
    rows = list(read_rows(file))
    table = "uses" if rows and "tree" in rows[0] else "checkpoints"
    types = {str(row["name"]): str(row["type"]) for row in store.rows(f"PRAGMA table_info({table})")}
    columns = types.keys() - _OWN
    for number, row in enumerate(rows, start=1):
        if file.suffix == ".csv":
            row.update(_numbers(file, number, row, types))
        _check(file, number, row, columns, _NEEDED[table])
    scope = f"import:{file.name}"
    scan = store.start(scope, "import", tool)
    seen = {"scope": scope, "first_scan": scan, "last_scan": scan}
    with store.transaction():
        for row in rows:
            whole = {"judged_by": "import", "judged": now()} | row
            store.add(table, {key: value for key, value in whole.items() if key in columns} | seen)
        if table == "uses":
            for tree, version in {(row["tree"], row["version"]) for row in rows}:
                store.add("trees", {"tree": tree, "version": version, "judged_by": "import", "judged": now(), **seen})
    store.end(scan, 0)
    return table, len(rows)


def _numbers(file: Path, number: int, row: dict[str, Any], types: dict[str, str]) -> dict[str, Any]:
    """The cells of the columns of numbers. Raises Misuse."""
    found: dict[str, Any] = {}
    for name, text in row.items():
        read = {"INTEGER": int, "REAL": float}.get(types.get(name, ""))
        if read is not None and text is not None:
            try:
                found[name] = read(text)
            except ValueError:
                raise Misuse(f"{file}: row {number}: {name} is no number: {text[:40]!r}") from None
    return found


def _check(file: Path, number: int, row: dict[str, Any], columns: set[str], needed: tuple[str, ...]) -> None:
    missing = [name for name in needed if row.get(name) in (None, "")]
    if missing:
        raise Misuse(f"{file}: row {number} has no {', '.join(missing)}: export it with modelcheck fleet export")
    if row.get("label") not in (None, "base", "instruct", "unknown", "not-applicable"):
        raise Misuse(f"{file}: row {number}: {row['label']!r} is no label")
    if not isinstance(row.get("p_instruct"), int | float | None) or not all(isinstance(row[name], str) for name in needed[:1]):
        raise Misuse(f"{file}: row {number}: its name is no text, or p_instruct no number")
    wrong = next((key for key in columns & row.keys() if not isinstance(row[key], str | int | float | None)), None)
    if wrong:
        raise Misuse(f"{file}: row {number}: {wrong} is neither a text nor a number")
    large = next((key for key in columns & row.keys() if isinstance(row[key], int) and abs(row[key]) >= _LARGEST), None)
    if large:
        raise Misuse(f"{file}: row {number}: {large} is a larger number than a store can hold")
    other = next((key for key in _OBJECTS & row.keys() if not _is_object(row[key])), None)
    if other:
        raise Misuse(f"{file}: row {number}: {other} is no JSON object: {str(row[other])[:40]!r}")


def _is_object(value: object) -> bool:
    """Whether a cell is the text of a JSON object, or null: queries of the whole store read it."""
    try:
        return value is None or isinstance(json.loads(str(value)), dict)
    except (ValueError, RecursionError):
        return False
