"""Scans a tree: judges it if it is a checkpoint, and every use that its files make of checkpoints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from fnmatch import fnmatch
from functools import partial

from modelcheck.blame import blame
from modelcheck.builtin import UNLOCKED, USELESS
from modelcheck.config import known_names, suggestion
from modelcheck.engine.calling import RuleCaller
from modelcheck.engine.checkpoint import MEMBERS, inner_checkpoints, is_checkpoint
from modelcheck.engine.files import MAX_SECONDS, Scanned, TreeReader
from modelcheck.engine.judging import Judge
from modelcheck.engine.shared import Shared
from modelcheck.engine.store import Trouble
from modelcheck.engine.suppressions import Suppression, by_place
from modelcheck.errors import Crash, Exceeded
from modelcheck.facts.model_use import ModelUse
from modelcheck.findings import Finding, Span
from modelcheck.limits import Limit
from modelcheck.records import replace
from modelcheck.report import ErrorReport, Report, Reported, Suppressed, UseReport
from modelcheck.sources import OnDisk, PartlyListed, Rendered, Source

_NOT_CHECKED = "belongs to a checkpoint in a folder of its own: scan that folder to check the checkpoint"

_FEW = 50
"""Files of which it takes less time to read them than to look for what was found in them before."""


class TreeScanner:
    """Fills a target's ``report`` with what the files of a tree give."""

    def __init__(self, shared: Shared, report: Report, judge: Judge, caller: RuleCaller, without: tuple[str, ...] = ()) -> None:
        self._without = without
        self._shared = shared
        self._report = report
        self._judge = judge
        self._caller = caller

    def scan(self, text: str, tree: Source, checkpoint: Source | None = None) -> bool:
        """Judge ``checkpoint`` (None: the tree itself, if its files look like one) and read the other files of the tree.

        Returns whether anything was judged or read.
        """
        every = [path for path in tree.files() if not self.excluded(path)]
        if checkpoint is None and is_checkpoint(tree, every):  # Git may ignore its weights
            checkpoint = tree
        paths = self._not_ignored(tree, every)
        if isinstance(tree, PartlyListed):
            self._report.files_left |= {tree.shown(folder) + "/": why for folder, why in tree.unread.items()}
        if checkpoint is None:
            self._report.files_left |= {tree.shown(path): _NOT_CHECKED for path in inner_checkpoints(tree, paths)}
        if checkpoint is not None:
            self._judge.checkpoint(text, checkpoint)
            paths = [path for path in paths if path not in MEMBERS]  # its card shows how to run it, which is not a deployment
        return bool(self.read(text, tree, paths)) or checkpoint is not None

    def _not_ignored(self, tree: Source, paths: list[str]) -> list[str]:
        """Return the files that Git does not ignore; count the others."""
        if not self._shared.settings.gitignore or not isinstance(tree, OnDisk):
            return paths
        from modelcheck.engine.gitignore import GitIgnore

        rules = GitIgnore(tree, paths)
        kept = [path for path in paths if not rules.ignores(path)]
        self._report.files_ignored += len(paths) - len(kept)
        return kept

    def excluded(self, path: str) -> bool:
        """Whether the settings exclude a path, or it is in a target of its own."""
        return path.startswith(self._without) or any(fnmatch(path, pattern) for pattern in self._shared.settings.exclude)

    def read(self, text: str, tree: Source, paths: Iterable[str]) -> int:
        """Read files for the uses that they make, and judge each use. Returns how many files fit a reader."""
        trouble = Trouble()
        scanned = self._scanned(tree, trouble, paths)
        self._report.files_read += scanned.read
        self._report.files_left |= scanned.left
        self._caller.report_trouble(text, trouble, local=isinstance(tree, OnDisk))
        before = len(self._report.findings)
        if isinstance(tree, Rendered):
            scanned.uses = [_made_from(use, tree) for use in scanned.uses]
        limits: defaultdict[str, Limit] = defaultdict(lambda: Limit(MAX_SECONDS))
        for use in scanned.uses:
            try:
                limits[use.at.path].run(partial(self._use, text, tree, use))
            except Exceeded as why:
                self._report.files_left[use.at.path] = f"was checked in part: checking its models {why}"
        faults, self._shared.nested.faults = self._shared.nested.faults, []
        self._report.errors += [ErrorReport(text, "unreadable", message) for message in faults]
        self._report_unlocked(text, tree, scanned.uses)
        self._report_unresolved(text, scanned)
        self._suppress(text, tree, before, scanned.suppressions)
        return scanned.read

    def _scanned(self, tree: Source, trouble: Trouble, paths: Iterable[str]) -> Scanned:
        paths = list(paths)
        if len(paths) < _FEW:
            return TreeReader(self._shared.registry, tree, trouble).scan(paths)
        from modelcheck.engine.many_files import Processes, read_files

        settings = self._shared.settings
        processes = Processes(self._shared.processes, settings.disabled_plugins)
        if not settings.cache:
            return read_files(self._shared.registry, tree, trouble, paths, processes)
        from modelcheck.engine.cache.scanning import scan

        return scan(self._shared.registry, tree, trouble, paths, processes)

    def _use(self, text: str, tree: Source, use: ModelUse) -> None:
        """Judge one use. After a crash, say of the source that a plug-in opened, the other uses are still judged."""
        source = None
        try:
            with blame("modelcheck", "", str(use.at)):
                source = self._shared.references.of_use(use, tree)
                self._judge.use(use, source, tree)
        except Crash as crash:
            self._caller.report_crash_on(text, crash, source)
            if not any(one.use is use for one in self._report.uses[-1:]):
                self._report.uses.append(UseReport(use, None))

    def _report_unresolved(self, text: str, scanned: Scanned) -> None:
        """Report what could not be followed; each is an error where everything must be resolved."""
        self._report.unresolved += scanned.unresolved
        if self._shared.settings.require_resolved:
            open_ = [
                f"{use.used_at or use.at}: {use.model} is unresolved: {use.unresolved}" for use in scanned.uses if use.unresolved
            ]
            open_ += [f"{one.at}: {one.reason}" for one in scanned.unresolved]
            self._report.errors += [ErrorReport(text, "unresolved", message) for message in open_]

    def _report_unlocked(self, text: str, tree: Source, uses: Iterable[ModelUse]) -> None:
        """Report the uses of checkpoints that are not in the lock: they were judged by name."""
        if self._shared.locked is None or not self._shared.selection.runs(UNLOCKED):
            return
        from modelcheck.engine.lock.file import FILE
        from modelcheck.engine.references import key

        for use in uses:
            if use.of_hub and key(use.target or "", use.revision) not in self._shared.locked:
                message = f"{use.model} is not in {FILE}, and was judged by its name"
                self._caller.report_finding(UNLOCKED, text, Finding(message, at=use.at), local=isinstance(tree, OnDisk))

    def _suppress(self, text: str, tree: Source, before: int, suppressions: list[Suppression]) -> None:
        """Remove the findings that a comment in their file ignores; report comments that have no effect."""
        kept, comments = [], by_place(suppressions)
        for found in self._report.findings[before:]:
            at = found.finding.at
            places = (at, *(one.at for one in found.finding.related)) if at else ()
            near = (comment for one in places for comment in comments.get((one.path, one.line), ()))
            comment = next((one for one in near if one.covers(found.rule)), None)
            if comment:
                comment.used = True
                self._report.suppressed.append(Suppressed(found, "comment", comment.reason))
            else:
                kept.append(found)
        self._report.findings[before:] = kept
        for one in suppressions if self._shared.selection.runs(USELESS) else ():
            why = self._useless(one, kept)
            if why:
                message = f"this comment ignores {', '.join(sorted(one.rules)) or 'no rule'}, and {why}"
                self._caller.report_finding(
                    USELESS, text, Finding(message, Span(one.path, one.line)), local=isinstance(tree, OnDisk)
                )

    def _useless(self, one: Suppression, kept: list[Reported]) -> str | None:
        """Why a comment has no effect, and where it would have one; None for one that has, or whose rules did not run."""
        registry = self._shared.registry
        if not one.rules:
            return "needs one: modelcheck: ignore[RULE] REASON"
        unknown = next((name for name in sorted(one.rules) if not registry.has(name)), None)
        if unknown:
            return f"there is no rule or area {unknown!r}{suggestion(unknown, known_names(registry))}"
        if not one.reason:
            return "gives no reason, so it has no effect"
        ran = {rule.name for rule in self._shared.nested.of(one.path).of_use}
        if one.used or not any(map(one.covers, ran)):
            return None
        places = (found.finding.at for found in kept if one.covers(found.rule))
        lines = {at.line for at in places if at and at.line and at.path == one.path}
        if not lines:
            return "suppresses nothing"
        line = min(lines, key=lambda number: abs(number - one.line))
        above = one.statements.start(line)
        return f"suppresses nothing: the finding is in line {line}, so the comment has to be at the end of it or above line {above}"


def _made_from(use: ModelUse, stream: Rendered) -> ModelUse:
    """A use with the file that its place was made from."""
    origin = stream.origin(use.used_at or use.at)
    return replace(use, used_at=Span(origin)) if origin else use
