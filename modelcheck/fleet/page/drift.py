"""How a fleet changed from scan to scan, from the scans for which each row of the store holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from modelcheck.fleet.diffing import FIELDS, Change, changes
from modelcheck.fleet.page.counts import parts
from modelcheck.fleet.page.rows import label, number, text
from modelcheck.fleet.querying import query
from modelcheck.records import record
from modelcheck.reporters.summary import plural

_MOST_SCANS = 40
_MOST_CHANGES = 200
HEIGHT = 120
"""Units of the highest column of the drawing."""
State = dict[str, dict[str, Any]]
"""Name → row."""


@record()
class Point:
    """The fleet after a scan: what there was, and what was new, gone or changed since the scan before.

    ``parts`` are those of its column: label, count, start and height. The first scan of a store has no counts of changes.
    """

    scan: int
    started: str
    total: int
    with_errors: int
    parts: tuple[tuple[str, int, float, float], ...]
    changed: Mapping[str, int] | None


@record()
class Shown:
    """One change as it is listed: the scan that saw it, the checkpoint, and what became of it."""

    scan: int
    started: str
    name: str
    says: str


@record()
class Drift:
    """The last scans, oldest first, how many before them are left out, and the newest changes with how many are left out."""

    points: tuple[Point, ...]
    earlier: int
    changes: tuple[Shown, ...]
    left: int


def drift(store: Path) -> Drift:
    """The finished scans of a store. Raises Misuse."""
    _, scans = query(store, "SELECT id, scope, started FROM scans WHERE ended IS NOT NULL ORDER BY id")
    names = ("name", "first_scan", "last_scan", "scope", "errors", *FIELDS)
    _, found = query(store, f"SELECT {', '.join(names)} FROM checkpoints ORDER BY id")  # noqa: S608 - columns of ours
    rows = [dict(zip(names, row, strict=True)) for row in found]
    if not scans:
        return Drift((), 0, (), 0)
    first = max(len(scans) - _MOST_SCANS, 0)
    states = [_state(rows, scans[: place + 1]) for place in range(max(first - 1, 0), len(scans))]
    before = states[:-1] if first else [None, *states[:-1]]
    pairs = list(zip(scans[first:], before, states[1 if first else 0 :], strict=True))
    full = max((len(after) for _, _, after in pairs), default=1) or 1
    points, listed = [], []
    for (scan, _, started), earlier, after in pairs:
        when = (text(started) or "")[:16].replace("T", " ")
        seen = list(_changes(earlier, after)) if earlier is not None else []
        points.append(_point(number(scan), when, after, full, None if earlier is None else Counter(one.kind for one in seen)))
        listed.append([Shown(number(scan), when, text(one.name) or "", _says(one)) for one in seen])
    newest = [one for seen in reversed(listed) for one in seen]
    return Drift(tuple(points), first, tuple(newest[:_MOST_CHANGES]), len(newest[_MOST_CHANGES:]))


def _state(rows: Iterable[dict[str, Any]], scans: list[tuple[object, ...]]) -> State:
    """The checkpoints after the last of ``scans``: of each its newest row, unless the last scan of its targets did not see it."""
    now = number(scans[-1][0])
    newest = {scope: number(scan) for scan, scope, _ in scans}
    of_name = {row["name"]: row for row in rows if row["first_scan"] <= now}
    return {str(name): row for name, row in of_name.items() if row["last_scan"] >= newest.get(row["scope"], 0)}


def _changes(before: State, after: State) -> Iterable[Change]:
    """As ``changes``, without comparing the rows that hold for both."""
    return changes(
        {name: row for name, row in before.items() if after.get(name) is not row},
        {name: row for name, row in after.items() if before.get(name) is not row},
    )


def _point(scan: int, started: str, state: State, full: int, changed: Mapping[str, int] | None) -> Point:
    counts = Counter(label(row["label"]) for row in state.values())
    wrong = sum(number(row["errors"]) > 0 for row in state.values())
    return Point(scan, started, len(state), wrong, tuple(parts(counts, full, HEIGHT)), changed)


def _says(change: Change) -> str:
    if change.kind != "changed":
        return f"{change.kind} ({label(change.label)})"
    shown = [f"{name} {_value(old)} → {_value(new)}" for name, old, new in change.fields if name != "template"]
    template = ["another chat template"] if any(name == "template" for name, *_ in change.fields) else []
    return "; ".join((*shown, *template)) or plural(len(change.fields), "field")


def _value(value: object) -> str:
    said = text(value)
    return "none" if said in (None, "[]") else str(said)
