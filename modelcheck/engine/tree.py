"""Scans a tree: judges it if it is a checkpoint, and every use that its files make of checkpoints."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatch

from modelcheck.blame import blame
from modelcheck.builtin import UNLOCKED, USELESS
from modelcheck.engine.calling import RuleCaller
from modelcheck.engine.checkpoint import MEMBERS, inner_checkpoints, is_checkpoint
from modelcheck.engine.files import TreeReader
from modelcheck.engine.judging import Judge
from modelcheck.engine.shared import Shared
from modelcheck.engine.store import Trouble
from modelcheck.engine.suppressions import Suppression, covering
from modelcheck.errors import Crash
from modelcheck.facts.model_use import ModelUse
from modelcheck.findings import Finding, Span
from modelcheck.report import Report, UseReport
from modelcheck.sources import Source

_NOT_CHECKED = "belongs to a checkpoint in a folder of its own: scan that folder to check the checkpoint"


class TreeScanner:
    """Fills a target's ``report`` with what the files of a tree give."""

    def __init__(self, shared: Shared, report: Report, judge: Judge, caller: RuleCaller) -> None:
        self._shared = shared
        self._report = report
        self._judge = judge
        self._caller = caller

    def scan(self, text: str, tree: Source, checkpoint: Source | None = None) -> bool:
        """Judge ``checkpoint`` (None: the tree itself, if its files look like one) and read the other files of the tree.

        Returns whether anything was judged or read.
        """
        paths = self.paths(tree)
        if checkpoint is None and is_checkpoint(tree, paths):
            checkpoint = tree
        if checkpoint is None:
            self._report.files_left |= {tree.shown(path): _NOT_CHECKED for path in inner_checkpoints(tree, paths)}
        if checkpoint is not None:
            self._judge.checkpoint(text, checkpoint)
            paths = [path for path in paths if path not in MEMBERS]  # its card shows how to run it, which is not a deployment
        return bool(self.read(text, tree, paths)) or checkpoint is not None

    def paths(self, tree: Source) -> list[str]:
        """Return the files that the settings do not exclude."""
        return [path for path in tree.files() if not any(fnmatch(path, pattern) for pattern in self._shared.settings.exclude)]

    def read(self, text: str, tree: Source, paths: Iterable[str]) -> int:
        """Read files for the uses that they make, and judge each use. Returns how many files fit a reader."""
        trouble = Trouble()
        scanned = TreeReader(self._shared.registry, tree, trouble).scan(paths)
        self._report.files_read += scanned.read
        self._report.files_left |= scanned.left
        self._caller.report_trouble(text, trouble)
        before = len(self._report.findings)
        for use in scanned.uses:
            self._use(text, tree, use)
        self._report_unlocked(text, scanned.uses)
        self._suppress(text, before, scanned.suppressions)
        return scanned.read

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

    def _report_unlocked(self, text: str, uses: Iterable[ModelUse]) -> None:
        """Report the uses of checkpoints that are not in the lock: they were judged by name."""
        if self._shared.locked is None or not self._shared.selection.runs(UNLOCKED):
            return
        from modelcheck.engine.lock.file import FILE, key

        for use in uses:
            if use.of_hub and key(use.target or "", use.revision) not in self._shared.locked:
                message = f"{use.model} is not in {FILE}, and was judged by its name"
                self._caller.report_finding(UNLOCKED, text, Finding(message, at=use.at))

    def _suppress(self, text: str, before: int, suppressions: list[Suppression]) -> None:
        """Remove the findings that a comment in their file ignores; report comments that give no reason or hide nothing."""
        kept = []
        for found in self._report.findings[before:]:
            at = found.finding.at
            comment = covering(suppressions, at.path, at.line, found.rule) if at else None
            if comment:
                comment.used = True
            else:
                kept.append(found)
        self._report.findings[before:] = kept
        ran = {rule.name for rule in self._shared.selection.of_use}
        for one in suppressions if self._shared.selection.runs(USELESS) else ():
            useless = not one.used and any(map(one.covers, ran))
            if not one.reason or useless:
                why = "suppresses nothing" if one.reason else "gives no reason, so it has no effect"
                message = f"this comment ignores {', '.join(sorted(one.rules)) or 'no rule'}, and {why}"
                self._caller.report_finding(USELESS, text, Finding(message, Span(one.path, one.line)))
