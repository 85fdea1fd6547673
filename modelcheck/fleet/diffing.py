"""What changed in a fleet between two scans, or between two stores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from modelcheck.errors import Misuse
from modelcheck.fleet.querying import query
from modelcheck.records import record

FIELDS = (
    "label", "license", "gated", "base_models", "relation", "template", "stop_ids", "model_type", "pickles", "files", "problem",
)  # fmt: skip
"""What is compared of a checkpoint that is there both times."""
_ALL = f"SELECT name, version, {', '.join(FIELDS)} FROM"


@record(eq=True)
class Change:
    """A checkpoint that is ``new``, ``gone`` or ``changed``; of the last kind with what was and what is, by field."""

    name: str
    kind: str
    fields: tuple[tuple[str, Any, Any], ...] = ()
    label: str | None = None

    @property
    def topics(self) -> frozenset[str]:
        """What ``--fail-on`` asks for: ``new``, ``gone``, or the names of the fields."""
        return frozenset((self.kind,)) if self.kind != "changed" else frozenset(name for name, *_ in self.fields)


def scans_to_compare(store: Path, earlier: str | None, later: str | None) -> tuple[int, int]:
    """The numbers of two finished scans: those given, by number or by time; else the last two of one scope. Raises Misuse."""
    _, rows = query(store, "SELECT id, scope, started FROM scans WHERE ended IS NOT NULL ORDER BY id")
    if not rows:
        raise Misuse(f"{store} has no finished scan")
    last = _scan(store, rows, later) if later else rows[-1]
    if earlier:
        return int(str(_scan(store, rows, earlier)[0])), int(str(last[0]))
    before = [row for row in rows if row[1] == last[1] and int(str(row[0])) < int(str(last[0]))]
    if not before:
        raise Misuse(f"{store} has one finished scan of these targets: there is nothing to compare it with")
    return int(str(before[-1][0])), int(str(last[0]))


def _scan(store: Path, rows: list[tuple[object, ...]], given: str) -> tuple[object, ...]:
    """A scan by its number, or the last that was started at a time or before it."""
    fitting = [row for row in rows if (str(row[0]) == given if given.isdigit() else str(row[2]) <= given.replace(" ", "T") + "Z")]
    if not fitting:
        known = f"{rows[0][0]} ({rows[0][2]}) to {rows[-1][0]} ({rows[-1][2]})"
        raise Misuse(f"{store} has no finished scan {given}; it has {known}")
    return fitting[-1]


def state(store: Path, scan: int | None = None) -> dict[str, dict[str, Any]]:
    """Every checkpoint at a scan, by name; the present ones if that is None."""
    if scan is None:
        columns, rows = query(store, f"{_ALL} fleet")
    else:
        columns, rows = query(store, f"{_ALL} checkpoints WHERE first_scan <= ? AND last_scan >= ? ORDER BY id", scan, scan)
    return {str(row[0]): dict(zip(columns, row, strict=True)) for row in rows}


def changes(before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]) -> Iterator[Change]:
    """Every checkpoint that is not the same, in the order of names."""
    for name in sorted(before.keys() | after.keys()):
        if name not in before:
            yield Change(name, "new", label=after[name]["label"])
        elif name not in after:
            yield Change(name, "gone", label=before[name]["label"])
        else:
            fields = tuple((key, before[name][key], after[name][key]) for key in FIELDS if before[name][key] != after[name][key])
            if fields:
                yield Change(name, "changed", fields, after[name]["label"])
