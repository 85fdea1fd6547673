"""Judges what changed in a fleet, some targets at a time, and stores each as soon as it is judged.

Threads judge; only the thread that called ``scan_fleet`` writes to the store.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from modelcheck.config import Settings
from modelcheck.engine.opening import Opener
from modelcheck.engine.shared import Shared
from modelcheck.engine.target import TargetRun
from modelcheck.errors import Absent, Broken, ModelcheckError, TargetError
from modelcheck.fleet.entries import checkpoint_row, use_row
from modelcheck.fleet.git import clone, local_commit, remote_commit
from modelcheck.fleet.store import Judged, Store, now
from modelcheck.fleet.targets import Item
from modelcheck.records import mutable, record
from modelcheck.registry import Registry
from modelcheck.report import Report, Reported
from modelcheck.sources import OnDisk, Source

_BATCH = 64
"""Targets that share what was read of parents and siblings. After them it is dropped, so that memory does not grow."""
_GIT_SECONDS = 600.0


@record()
class Plan:
    """How to scan: plug-ins and settings, how many at a time, what judged (tool, rules, settings), and when to judge again."""

    registry: Registry
    opener: Opener
    settings: Settings
    jobs: int
    judged_by: str
    max_age: timedelta | None = None


@record()
class Outcome:
    """What became of an item: its version, and rows if it was judged; or why it was not."""

    item: Item
    version: str = ""
    checkpoint: dict[str, Any] | None = None
    uses: tuple[dict[str, Any], ...] = ()
    files: int = 0
    failure: tuple[str, str] | None = None
    judged: bool = False


@mutable
class Tally:
    """What a scan did. ``failed`` is kind of error → number."""

    judged: int = 0
    unchanged: int = 0
    failed: dict[str, int] = field(default_factory=dict)
    done: int = 0


def scan_fleet(store: Store, scan: int, scope: str, items: Sequence[Item], plan: Plan, ended: Callable[[Tally], None]) -> Tally:
    """Judge the items that changed and store the result of each; ``ended`` is called after each item."""
    tally = Tally()
    open_ = [(item, known) for item in items if (known := _left(store, scan, item, tally, ended)) is not _DONE]
    for outcome, known in _judged(open_, plan):
        _keep(store, scan, scope, outcome, known, plan)
        tally.done += 1
        if outcome.failure:
            kind = outcome.failure[0]
            tally.failed[kind] = tally.failed.get(kind, 0) + 1
        elif outcome.judged:
            tally.judged += 1
        else:
            tally.unchanged += 1
        ended(tally)
    return tally


_DONE = Judged(-1, "", "", "", -1)


def _left(store: Store, scan: int, item: Item, tally: Tally, ended: Callable[[Tally], None]) -> Judged | None:
    """What is known of an item that is to be looked at; ``_DONE`` if this scan, which was cut off, has looked at it already."""
    known = store.known("checkpoints" if item.kind == "checkpoint" else "trees", item.name)
    if known is not None and known.last_scan == scan:
        tally.done += 1
        tally.unchanged += 1
        ended(tally)
        return _DONE
    return known


def _judged(items: Sequence[tuple[Item, Judged | None]], plan: Plan) -> Iterator[tuple[Outcome, Judged | None]]:
    """The outcomes as they come. No more than twice as many items wait as are worked on."""
    with ThreadPoolExecutor(plan.jobs) as pool:
        running: dict[Future[Outcome], Judged | None] = {}
        try:
            for number, (item, known) in enumerate(items):
                if number % _BATCH == 0:
                    shared = Shared(plan.registry, plan.opener, plan.settings, plan.jobs)
                running[pool.submit(_look_at, item, known, shared, plan)] = known
                while len(running) >= 2 * plan.jobs:
                    yield from _ready(running)
            while running:
                yield from _ready(running)
        finally:
            for future in running:
                future.cancel()


def _ready(running: dict[Future[Outcome], Judged | None]) -> Iterator[tuple[Outcome, Judged | None]]:
    done, _ = wait(running, return_when=FIRST_COMPLETED)
    for future in done:
        yield future.result(), running.pop(future)


def _look_at(item: Item, known: Judged | None, shared: Shared, plan: Plan) -> Outcome:
    """Judge an item unless it is unchanged. One cheap request says so, or none if a list has said it."""
    if item.version and _unchanged(known, item.version, plan):
        return Outcome(item, item.version)
    try:
        if item.kind == "git":
            return _git(item, known, shared, plan)
        if item.kind == "tree":
            return _tree(item, item.text, _version_of_tree(Path(item.text)), known, shared, plan)
        _, source = shared.opening.read(item.text)
        if source is None:
            raise TargetError("not-found", f"no plug-in opens {item.text}")
        version = item.version or source.revision or _version_of(source)
        if _unchanged(known, version, plan):
            return Outcome(item, version)
        report = TargetRun(shared).work(item.text)
        return _outcome(item, version, report, source, shared)
    except Broken as broken:
        return Outcome(item, failure=("unreadable", f"{broken.span.path} {broken.message}"))
    except ModelcheckError as error:
        return Outcome(item, failure=(str(getattr(error, "kind", "crash")), str(error)))


def _git(item: Item, known: Judged | None, shared: Shared, plan: Plan) -> Outcome:
    version = remote_commit(item.text, plan.settings.timeout)
    if _unchanged(known, version, plan):
        return Outcome(item, version)
    with tempfile.TemporaryDirectory(prefix="modelcheck-") as folder:
        version = clone(item.text, Path(folder, "tree"), _GIT_SECONDS)
        return _tree(item, str(Path(folder, "tree")), version, None, shared, plan)


def _tree(item: Item, folder: str, version: str, known: Judged | None, shared: Shared, plan: Plan) -> Outcome:
    if _unchanged(known, version, plan):
        return Outcome(item, version)
    outcome = _outcome(item, version, TargetRun(shared).work(folder), None, shared)
    uses = tuple(use | {"path": os.path.relpath(use["path"], folder)} for use in outcome.uses)
    empty = outcome.failure is not None and outcome.failure[0] == "not-found"  # nothing that modelcheck reads: nothing is wrong
    return Outcome(item, version, None, uses, outcome.files, None if empty else outcome.failure, judged=True)


def _outcome(item: Item, version: str, report: Report, source: Source | None, shared: Shared) -> Outcome:
    failure = next(((one.kind, one.message) for one in report.errors), None)
    asked = next((one for one in report.checkpoints if one.asked), None)
    row = checkpoint_row(asked, source, report, shared) if asked and source is not None else None
    by_place: dict[tuple[str, int | None], list[Reported]] = {}
    for found in report.findings:
        if found.finding.at:
            by_place.setdefault((found.finding.at.path, found.finding.at.line), []).append(found)
    uses = tuple(use_row(one, by_place.get((one.use.at.path, one.use.at.line), ())) for one in report.uses)
    return Outcome(item, version, row, uses, report.files_read, failure if row is None else None, judged=True)


def _unchanged(known: Judged | None, version: str, plan: Plan) -> bool:
    if known is None or (known.version, known.judged_by) != (version, plan.judged_by):
        return False
    return plan.max_age is None or datetime.fromisoformat(known.judged) > datetime.now(UTC) - plan.max_age


def _keep(store: Store, scan: int, scope: str, outcome: Outcome, known: Judged | None, plan: Plan) -> None:
    item = outcome.item
    table = "checkpoints" if item.kind == "checkpoint" else "trees"
    if outcome.failure:
        store.fail(scan, item.name, *outcome.failure)
        return
    if not outcome.judged and known is not None:
        store.seen(table, item.name, known, scan, scope)
        return
    common = {
        "version": outcome.version, "judged_by": plan.judged_by, "scope": scope, "first_scan": scan, "last_scan": scan,
    }  # fmt: skip
    with store.transaction():
        for one in (table, "uses"):
            store.forget(one, item.name, scan)
        if table == "checkpoints":
            store.add(table, {"name": item.name, "judged": now(), **common, **(outcome.checkpoint or {})})
        if table == "trees" or outcome.uses:
            store.add("trees", {"tree": item.name, "judged": now(), **common, "files": outcome.files})
        for use in outcome.uses:
            store.add("uses", {"tree": item.name, **common, **use})


def _version_of(source: Source) -> str:
    """The version of a checkpoint without a commit: a digest of its files' names, sizes and times."""
    digest = hashlib.sha256()
    try:
        for path, size in sorted(source.files().items()):
            digest.update(f"{path}\0{size}\0{_changed(source, path)}\n".encode("utf-8", "surrogateescape"))
    except Absent:
        return "name"  # nothing but the name is known
    return f"files:{digest.hexdigest()[:32]}"


def _changed(source: Source, path: str) -> int:
    if not isinstance(source, OnDisk):
        return 0
    try:
        return source.place(path).stat().st_mtime_ns
    except (OSError, Broken):
        return 0


def _version_of_tree(folder: Path) -> str:
    """A clone's commit if nothing in it is changed, otherwise a digest of all files."""
    from modelcheck.sources.folder import FolderSource

    commit = local_commit(folder) if (folder / ".git").exists() else None
    return commit or _version_of(FolderSource(folder, boundary=folder))
