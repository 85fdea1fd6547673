"""What breaks the policy: the findings that the settings make errors, of checkpoints and of deployments."""

from __future__ import annotations

from pathlib import Path

from modelcheck.errors import Misuse
from modelcheck.fleet.diffing import scans_to_compare
from modelcheck.fleet.querying import query
from modelcheck.records import record

_SINCE = 2
"""The version of stores that have the messages of errors."""
_PRESENT = {"checkpoints": "fleet", "uses": "deployments"}


@record(eq=True)
class Breach:
    """A rule that a checkpoint or a use breaks, and how.

    ``where`` is the file and line of a use in ``name``, a folder or repository; it is empty for a checkpoint. ``model`` is the
    checkpoint, ``uses`` the number of places that use it.
    """

    rule: str
    name: str
    where: str
    model: str
    message: str
    uses: int = 0

    @property
    def same(self) -> tuple[str, ...]:
        """What stays when lines of the file move."""
        return self.rule, self.name, self.where.rpartition(":")[0], self.model


def breaches(store: Path, scan: int | None = None) -> list[Breach]:
    """All breaches at a scan, the present ones if that is None: deployments first, then by rule and name. Raises Misuse."""
    return [*_of_uses(store, scan), *_of_checkpoints(store, scan)]


def new_breaches(store: Path) -> list[Breach]:
    """The present breaches that were none at the scan before of the same targets; all after the first scan. Raises Misuse."""
    try:
        earlier, _ = scans_to_compare(store, None, None)
    except Misuse:  # the first scan: all is new
        return breaches(store)
    known = {one.same for one in breaches(store, earlier)}
    return [one for one in breaches(store) if one.same not in known]


def outdated(store: Path, rules: str) -> int:
    """How many present checkpoints and uses were judged by other rules or settings than those of the digest ``rules``."""
    other = "judged_by NOT LIKE ? || '%'"
    sql = f"SELECT (SELECT count(*) FROM fleet WHERE {other}) + (SELECT count(*) FROM deployments WHERE {other})"  # noqa: S608
    _, [(count,)] = query(store, sql, rules, rules)
    return int(str(count))


def _of_uses(store: Path, scan: int | None) -> list[Breach]:
    rows = _rows(store, "uses", "one.tree, one.path, one.line, coalesce(one.target, one.model)", scan)
    found = {
        Breach(str(rule), str(tree), f"{path}:{line}" if line else str(path), str(model), str(message))
        for tree, path, line, model, rule, message in rows
    }
    return sorted(found, key=lambda one: (one.rule, one.name, *_place(one.where), one.model))


def _place(where: str) -> tuple[str, int]:
    path, _, line = where.rpartition(":")
    return (path, int(line)) if line.isdigit() else (where, 0)


def _of_checkpoints(store: Path, scan: int | None) -> list[Breach]:
    _, counted = query(store, "SELECT target, count(*) FROM deployments WHERE target IS NOT NULL GROUP BY target")
    uses = {str(target): int(str(count)) for target, count in counted}
    found = [
        Breach(str(rule), str(name), "", str(name), str(message), uses.get(str(name), 0))
        for name, rule, message in _rows(store, "checkpoints", "one.name", scan)
    ]
    return sorted(found, key=lambda one: (one.rule, -one.uses, one.name))


def _rows(store: Path, table: str, columns: str, scan: int | None) -> list[tuple[object, ...]]:
    """The columns, a rule and its message, for each error of the rows that hold at a scan."""
    of = _PRESENT[table] if scan is None else table
    sql = f"SELECT {columns}, key, value FROM {of} AS one, json_each(one.broken)"  # noqa: S608
    if scan is None:
        return query(store, sql, oldest=_SINCE)[1]
    return query(store, f"{sql} WHERE one.first_scan <= ? AND one.last_scan >= ?", scan, scan, oldest=_SINCE)[1]
