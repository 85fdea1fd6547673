"""Adds exported rows to a store, as a scan of its own: of another machine, or of a store that is damaged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from modelcheck.errors import Misuse
from modelcheck.fleet.schema import columns_of, storable
from modelcheck.fleet.store import Store, now
from modelcheck.fleet.transfer import read_rows

_OWN = frozenset(("id", "scope", "first_scan", "last_scan"))
"""Columns that say when this store saw a row; an imported row is seen now."""
_JSON: dict[str, Callable[[Any], bool]] = {
    "rules": lambda value: isinstance(value, dict) and all(type(one) is int for one in value.values()),
    "broken": lambda value: isinstance(value, dict) and all(isinstance(one, str) for one in value.values()),
    "sub_labels": lambda value: isinstance(value, list), "base_models": lambda value: isinstance(value, list),
    "stop_ids": lambda value: isinstance(value, list),
}  # fmt: skip
"""Columns that hold JSON, which queries of the whole store read, and what it must be."""
_LARGEST = 2**63
_NEEDED = {"checkpoints": ("name", "version", "label"), "uses": ("tree", "version", "path", "model")}


def check_suffix(file: Path) -> None:
    """Raises Misuse for a file of another format than those that are exported."""
    if file.suffix not in (".jsonl", ".csv", ".parquet"):
        raise Misuse(f"{file}: the suffix must be .jsonl, .csv or .parquet")


def import_rows(path: Path, file: Path, tool: str) -> tuple[str, int, int]:
    """Add the rows of an exported file to a store, which is made if it is missing.

    Returns the table, how many rows were added, and how many were left out, because the store has results of its own for them that
    are as new. Raises Misuse for a row that is neither a checkpoint nor a use, or has a value that is no text or number; then none
    is added.
    """
    rows = list(read_rows(file))
    table = "uses" if rows and "tree" in rows[0] else "checkpoints"
    types = columns_of(table)
    columns = types.keys() - _OWN
    for number, row in enumerate(rows, start=1):
        if file.suffix == ".csv":
            row.update(_numbers(file, number, row, types))
        _check(file, number, row, types, _NEEDED[table])
    store = Store(path)
    try:
        scope = f"import:{file.name}"
        scan = store.start(scope, "import", tool)
        add = _add_uses if table == "uses" else _add_checkpoints
        added = add(store, scan, scope, [{key: value for key, value in row.items() if key in columns} for row in rows])
        store.end(scan, 0)
    finally:
        store.close()
    return table, added, len(rows) - added


def _add_checkpoints(store: Store, scan: int, scope: str, rows: list[dict[str, Any]]) -> int:
    """Add those that are newer than what other scans have found of them, and return their number."""
    own = store.rows("SELECT name, max(judged) AS judged FROM checkpoints WHERE scope != ? GROUP BY name", scope)
    known = {str(one["name"]): str(one["judged"]) for one in own}
    newer = [row for row in rows if str(row.get("judged") or now()) > known.get(storable(row["name"]), "")]
    with store.transaction():
        for row in newer:
            store.add("checkpoints", {"judged_by": "import", "judged": now()} | row | _seen(scan, scope))
    return len(newer)


def _add_uses(store: Store, scan: int, scope: str, rows: list[dict[str, Any]]) -> int:
    """Add those of trees that no scan has looked at, and return their number: uses do not say when they were seen."""
    known = {str(one["tree"]) for one in store.rows("SELECT DISTINCT tree FROM trees WHERE scope NOT GLOB 'import:*'")}
    new = [row for row in rows if storable(row["tree"]) not in known]
    with store.transaction():
        for row in new:
            store.add("uses", {"judged_by": "import"} | row | _seen(scan, scope))
        for tree, version in {(row["tree"], row["version"]) for row in new}:
            said = {"tree": tree, "version": version, "judged_by": "import", "judged": now()}
            store.add("trees", said | _seen(scan, scope))
    return len(new)


def _seen(scan: int, scope: str) -> dict[str, Any]:
    return {"scope": scope, "first_scan": scan, "last_scan": scan}


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


def _check(file: Path, number: int, row: dict[str, Any], types: dict[str, str], needed: tuple[str, ...]) -> None:
    columns = types.keys() - _OWN
    missing = [name for name in needed if row.get(name) in (None, "")]
    if missing:
        raise Misuse(f"{file}: row {number} has no {', '.join(missing)}: export it with modelcheck fleet export")
    if row.get("label") not in (None, "base", "instruct", "unknown", "not-applicable"):
        raise Misuse(f"{file}: row {number}: {row['label']!r} is no label")
    share = row.get("p_instruct")
    if not all(isinstance(row[name], str) for name in needed[:1]) or not (share is None or _is_share(share)):
        raise Misuse(f"{file}: row {number}: its name is no text, or p_instruct no number from 0 to 1")
    for name in columns & row.keys():
        value, wanted = row[name], types[name]
        if value is None:
            continue
        if not isinstance(value, str | int | float):
            raise Misuse(f"{file}: row {number}: {name} is neither a text nor a number")
        if isinstance(value, int) and abs(value) >= _LARGEST:
            raise Misuse(f"{file}: row {number}: {name} is a larger number than a store can hold")
        if (wanted == "INTEGER" and not isinstance(value, int)) or (wanted == "REAL" and isinstance(value, str)):
            raise Misuse(f"{file}: row {number}: {name} is no number: {str(value)[:40]!r}")
        if name in _JSON and not _holds(value, _JSON[name]):
            raise Misuse(f"{file}: row {number}: {name} is not the JSON that is stored there: {str(value)[:40]!r}")


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and 0 <= value <= 1


def _holds(value: object, what: Callable[[Any], bool]) -> bool:
    try:
        return what(json.loads(str(value)))
    except (ValueError, RecursionError):
        return False
