"""What changed in a fleet between two scans, or between two stores."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from modelcheck.errors import Misuse
from modelcheck.fleet.querying import query
from modelcheck.records import record

FIELDS = (
    "label", "license", "gated", "base_models", "relation", "template", "stop_ids", "model_type", "pickles", "files", "problem",
)  # fmt: skip
"""What is compared of a checkpoint that is there both times."""
_AT = (
    "first_scan <= ? AND last_scan >= (SELECT coalesce(max(id), 1) FROM scans "
    "WHERE scope = one.scope AND ended IS NOT NULL AND id <= ?) "
    "AND NOT EXISTS (SELECT 1 FROM scopes JOIN scans USING (scope) WHERE name = one.{} AND ended IS NOT NULL AND id <= ? "
    "AND id > one.last_scan)"
)
"""What holds after a scan: what the last scan of its own targets, until then, has seen."""
_ALL = f"SELECT name, version, {', '.join(FIELDS)} FROM"


@record(eq=True)
class Change:
    """A checkpoint that is ``new``, ``gone`` or ``changed``; of the last kind with what was and what is, by field.

    Of the kinds ``used`` and ``not used`` the name is a tree, and ``label`` says which file uses which model. A tree is ``new`` or
    ``gone``, too; then ``label`` is ``repository``.
    """

    name: str
    kind: str
    fields: tuple[tuple[str, Any, Any], ...] = ()
    label: str | None = None

    @property
    def topics(self) -> frozenset[str]:
        """What ``--fail-on`` asks for: ``new`` and ``gone``, of checkpoints and trees, ``uses``, or the names of the fields."""
        if self.kind in ("used", "not used"):
            return frozenset(("uses",))
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


def utc(text: str, *, end: bool = False) -> str | None:
    """A date, or a date and a time (ISO 8601), as the store writes times; None for another text. A date is its start, or its end.

    A time without a zone is one of UTC.
    """
    if len(text) < len("2026-01-31"):
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    if end and len(text) == len("2026-01-31"):
        time = time.replace(hour=23, minute=59, second=59)
    try:
        return (time if time.tzinfo is None else time.astimezone(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError:
        return None


def _scan(store: Path, rows: list[tuple[object, ...]], given: str) -> tuple[object, ...]:
    """A scan by its number, or the last that was started at a time or before it."""
    until = utc(given, end=True)
    if not given.isdigit() and until is None:
        raise Misuse(f"{given} is neither the number of a scan nor a time such as 2026-01-31 or 2026-01-31T12:00")
    fitting = [row for row in rows if (str(row[0]) == given if given.isdigit() else str(row[2]) <= str(until))]
    if not fitting:
        known = f"{rows[0][0]} ({rows[0][2]}) to {rows[-1][0]} ({rows[-1][2]})"
        raise Misuse(f"{store} has no finished scan {given}; it has {known}")
    return fitting[-1]


def state(store: Path, scan: int | None = None) -> dict[str, dict[str, Any]]:
    """Every checkpoint after a scan, by name; the present ones if that is None.

    Of targets that the scan was not of, those of their last scan before it count.
    """
    if scan is None:
        columns, rows = query(store, f"{_ALL} fleet")
        return {str(row[0]): dict(zip(columns, row, strict=True)) for row in rows}
    columns, rows = query(store, f"{_ALL} checkpoints AS one WHERE {_AT.format('name')} ORDER BY id", scan, scan, scan)
    return {str(row[0]): dict(zip(columns, row, strict=True)) for row in rows}


def uses(store: Path, scan: int | None = None) -> dict[str, frozenset[str]]:
    """The uses after a scan: each tree's, as ``file: model, engine, purpose``. Lines do not count: they move."""
    says = "path || ': ' || coalesce(target, model) || ', ' || engine || ', ' || coalesce(purpose, 'unknown')"
    if scan is None:
        _, rows = query(store, f"SELECT tree, {says} FROM deployments")  # noqa: S608 - columns of ours
        _, trees = query(store, "SELECT tree FROM present_trees")
    else:
        _, rows = query(store, f"SELECT tree, {says} FROM uses AS one WHERE {_AT.format('tree')}", scan, scan, scan)  # noqa: S608
        _, trees = query(store, f"SELECT tree FROM trees AS one WHERE {_AT.format('tree')}", scan, scan, scan)  # noqa: S608
    found: dict[str, set[str]] = {str(tree): set() for (tree,) in trees}
    for tree, said in rows:
        found.setdefault(str(tree), set()).add(str(said))
    return {tree: frozenset(said) for tree, said in found.items()}


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


def changed_uses(
    before: Mapping[str, frozenset[str]], after: Mapping[str, frozenset[str]], checkpoints: Container[str] = ()
) -> Iterator[Change]:
    """The trees with uses that are new or gone, and what is used now and was not, and the other way round.

    A tree that is one of the ``checkpoints``, too, is theirs to be called new or gone.
    """
    nothing: frozenset[str] = frozenset()
    for tree in sorted(before.keys() | after.keys()):
        was, is_ = before.get(tree, nothing), after.get(tree, nothing)
        if tree not in checkpoints and (tree in before) != (tree in after) and (was or is_):
            yield Change(tree, "new" if tree in after else "gone", label="repository")
        for kind, said in (("not used", was - is_), ("used", is_ - was)):
            yield from (Change(tree, kind, label=one) for one in sorted(said))
