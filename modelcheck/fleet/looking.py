"""Looks at one target of a fleet: whether it is new or changed, and then what it is. Runs in a thread or on another machine."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from modelcheck.config import Settings
from modelcheck.engine.opening import Opener
from modelcheck.engine.shared import Shared
from modelcheck.engine.target import TargetRun
from modelcheck.errors import Broken, ModelcheckError, TargetError
from modelcheck.findings import Cost
from modelcheck.fleet.entries import checkpoint_row, use_row
from modelcheck.fleet.git import clone, remote_commit
from modelcheck.fleet.measuring import memory_of
from modelcheck.fleet.store import Judged
from modelcheck.fleet.targets import Item
from modelcheck.fleet.versions import version_of, version_of_tree
from modelcheck.records import record, replace
from modelcheck.registry import Registry
from modelcheck.report import Report, Reported
from modelcheck.sources import Source, Withholding
from modelcheck.sources.slots import Slots
from modelcheck.sources.target import without_password

IN_PART = frozenset(("timeout", "unreadable", "rate-limited", "offline", "not-found", "crash", "not-run"))
"""Errors beside which a checkpoint is judged, but not by all that it has: it is looked at again in the next scan."""
Step = Literal["all", "first", "probe"]
"""Everything at once; or first what needs no model to run, then the rest on a machine that is large enough."""


@record()
class Plan:
    """How to look at targets: the settings, how many at a time, what judges (tool, rules, settings), and when to judge again.

    ``store`` is the absolute path of the file that the results are written to. A target may take ``seconds`` and ``bytes`` of
    memory, None without a limit; where there is one, targets are looked at in processes that can be killed.
    """

    settings: Settings
    jobs: int
    judged_by: str
    store: Path
    max_age: timedelta | None = None
    seconds: float | None = None
    bytes: int | None = None

    @property
    def limited(self) -> bool:
        """Whether a target has a limit."""
        return self.seconds is not None or self.bytes is not None

    @property
    def probes(self) -> bool:
        """Whether models are run."""
        return self.settings.budget >= Cost.GENERATE

    def shared(self, registry: Registry, opener: Opener, slots: Slots | None = None) -> Shared:
        """What targets of a batch share. Batches of one process share their ``slots``."""
        return Shared(registry, opener, self.settings, self.jobs, slots=slots)


@record()
class Outcome:
    """What became of an item: its version, and rows if it was judged; or why it was not.

    ``retried`` says why it was looked at more than once. An item may have rows and a failure: it could be judged in part only.
    """

    item: Item
    version: str = ""
    checkpoint: dict[str, Any] | None = None
    uses: tuple[dict[str, Any], ...] = ()
    files: int = 0
    failure: tuple[str, str] | None = None
    judged: bool = False
    retried: tuple[str, ...] = ()


@record()
class Need:
    """The item is new or changed and has a model to run, which takes so many bytes of memory."""

    bytes: int


def look(item: Item, known: Judged | None, shared: Shared, plan: Plan, step: Step) -> Outcome | Need:
    """One step of looking at an item. The first one ends with the outcome if no model has to run."""
    need = _need(item, known, shared, plan) if step == "first" and item.kind == "checkpoint" else None
    return look_at(item, known, shared, plan) if need is None else Need(need)


def _need(item: Item, known: Judged | None, shared: Shared, plan: Plan) -> int | None:
    """The memory for an item's model in bytes; None if it is unchanged, cannot be opened, or has no model to run."""
    if item.version and _unchanged(known, item.version, plan):
        return None
    try:
        _, source = shared.opening.read(item.text)
        if source is None or _unchanged(known, _version(item, source, plan), plan):
            return None
        return memory_of(source, shared)
    except (Broken, ModelcheckError):  # to be reported by what comes next, which asks no second time
        return None


def _version(item: Item, source: Source, plan: Plan) -> str:
    return item.version or source.revision or version_of(source, plan.store)


def look_at(item: Item, known: Judged | None, shared: Shared, plan: Plan) -> Outcome:
    """Judge an item unless it is unchanged. One cheap request says so, or none if a list has said it."""
    if item.version and _unchanged(known, item.version, plan):
        return Outcome(item, item.version)
    try:
        if item.kind == "git":
            return _git(item, known, shared, plan)
        if item.kind == "bare":
            hint = "give a clone of it, or its address"
            raise TargetError("unreadable", f"{item.name} is a bare Git repository, which has no files to read: {hint}")
        if item.kind == "tree":
            return _tree(item, item.text, version_of_tree(Path(item.text), plan.store), known, shared, plan)
        _, source = shared.opening.read(item.text)
        if source is None:
            raise TargetError("not-found", f"no plug-in opens {item.text}")
        version = _version(item, source, plan)
        same_gate = known is None or known.gated in (None, isinstance(source, Withholding) and bool(source.withheld))
        if same_gate and _unchanged(known, version, plan):
            return Outcome(item, version)
        outcome = _outcome(item, version, TargetRun(shared).work(item.text), source, shared)
        here = item.text if os.path.isdir(item.text) else os.path.dirname(item.text)  # noqa: PTH112, PTH120
        return replace(outcome, uses=_below(outcome.uses, here or "."))
    except Broken as broken:
        return Outcome(item, failure=("unreadable", f"{broken.span.path} {broken.message}"))
    except ModelcheckError as error:
        said = str(error).replace(item.text, item.name) if without_password(item.text) != item.text else str(error)
        return Outcome(item, failure=(str(getattr(error, "kind", "crash")), said))


def _git(item: Item, known: Judged | None, shared: Shared, plan: Plan) -> Outcome:
    if plan.settings.offline:
        return Outcome(item, failure=("offline", f"{item.name} is not asked for its commit with --offline"))
    version = remote_commit(item.text, plan.settings.timeout)
    if _unchanged(known, version, plan):
        return Outcome(item, version)
    with tempfile.TemporaryDirectory(prefix="modelcheck-") as folder:
        version = clone(item.text, Path(folder, "tree"), plan.settings.timeout)
        return _tree(item, str(Path(folder, "tree")), version, None, shared, plan)


def _tree(item: Item, folder: str, version: str, known: Judged | None, shared: Shared, plan: Plan) -> Outcome:
    if _unchanged(known, version, plan):
        return Outcome(item, version)
    report = TargetRun(shared, item.without).work(folder)
    source = shared.opening.read(folder)[1] if any(one.asked for one in report.checkpoints) else None
    outcome = _outcome(item, version, report, source, shared)
    uses = _below(outcome.uses, folder)
    empty = outcome.failure is not None and outcome.failure[0] == "not-found"  # nothing that modelcheck reads: nothing is wrong
    return Outcome(item, version, outcome.checkpoint, uses, outcome.files, None if empty else outcome.failure, judged=True)


def _below(uses: Iterable[dict[str, Any]], folder: str) -> tuple[dict[str, Any], ...]:
    """The uses with their files named from the folder of the target, wherever the scan was started."""
    return tuple(use | {"path": os.path.relpath(use["path"], folder)} for use in uses)


def _outcome(item: Item, version: str, report: Report, source: Source | None, shared: Shared) -> Outcome:
    failure = next(((one.kind, one.message) for one in report.errors), None)
    asked = next((one for one in report.checkpoints if one.asked), None)
    row = checkpoint_row(asked, source, report, shared) if asked and source is not None else None
    by_place: dict[tuple[str, int | None, str], list[Reported]] = {}
    for found in report.findings:
        if found.finding.at:
            by_place.setdefault((found.finding.at.path, found.finding.at.line, found.target), []).append(found)
    uses = tuple(
        use_row(one, by_place.get((one.use.at.path, one.use.at.line, one.use.target or one.use.model), ())) for one in report.uses
    )
    if row is not None and failure is not None and failure[0] not in IN_PART:
        failure = None
    return Outcome(item, version, row, uses, report.files_read, failure, judged=True)


def _unchanged(known: Judged | None, version: str, plan: Plan) -> bool:
    if known is None or (known.version, known.judged_by) != (version, plan.judged_by):
        return False
    return plan.max_age is None or datetime.fromisoformat(known.judged) > datetime.now(UTC) - plan.max_age
