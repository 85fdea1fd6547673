"""Calls rules, and puts what they and the engine itself found into a target's report."""

from __future__ import annotations

from pathlib import Path

from modelcheck.blame import blame_source
from modelcheck.builtin import UNREADABLE
from modelcheck.declarations import Rule
from modelcheck.engine.fixes import possible
from modelcheck.engine.selection import Selection
from modelcheck.engine.shared import Shared
from modelcheck.engine.store import FactStore, Missing, Trouble
from modelcheck.errors import Crash
from modelcheck.facts.model_use import ModelUse
from modelcheck.findings import Finding, Related, Severity, Span
from modelcheck.records import replace
from modelcheck.report import CheckpointReport, ErrorReport, Report, Reported, Skipped, Suppressed
from modelcheck.sources import OnDisk, Source, Tree


class RuleCaller:
    """Fills a target's ``report`` with findings, skipped rules and errors."""

    def __init__(self, shared: Shared, report: Report) -> None:
        self._shared = shared
        self._report = report

    def on_checkpoint(self, rule: Rule, store: FactStore, target: str, checkpoint: CheckpointReport) -> None:
        """Call a rule about a checkpoint. Its places are shown as paths from the working folder."""
        found = store.run(rule, self._shared.selection.options(rule), of=Finding)
        if isinstance(found, Missing):
            checkpoint.skipped.append(Skipped(rule.name, found.reason, found.kind == "ordinary"))
            return
        if not found:  # most rules find nothing, and asking for protocols takes longer than most rules
            return
        source = store.get(Source)  # type: ignore[type-abstract] # the protocol is the key
        local = _editable(source)
        for finding in found:
            self.report_finding(rule.name, target, _shown(finding, source) if source else finding, local=local)

    def on_use(self, rule: Rule, store: FactStore, target: str, use: ModelUse, *, local: bool) -> Skipped | None:
        """Call a rule about one use, in a file that may be edited if ``local``; return why it was skipped, if it was.

        A finding without a place gets that of the use; one about a likely use is never an error, one in a test at most a note.
        """
        selection = self._shared.nested.of(use.at.path) if local else self._shared.selection
        found = store.run(rule, selection.options(rule), of=Finding)
        if isinstance(found, Missing):
            return Skipped(rule.name, found.reason, found.kind == "ordinary")
        related = (Related(use.used_in, "used here"),) if use.used_in else ()
        for finding in found:
            most = Severity.NOTE if use.in_test else Severity.WARNING if use.likely else Severity.ERROR
            placed = replace(finding, at=finding.at or use.at, related=finding.related or related)
            self.report_finding(rule.name, target, placed, local=local, most=most, by=selection)
        return None

    def report_finding(
        self,
        rule: str,
        target: str,
        finding: Finding,
        *,
        local: bool = False,
        most: Severity = Severity.ERROR,
        by: Selection | None = None,
    ) -> None:
        """Report a finding, with severity ``most`` at most. ``local`` is set if its place is in a file that may be edited.

        ``by`` is the selection that its file has, None for the run's.
        """
        selection = by or self._shared.selection
        reason = selection.ignored_in(rule, finding.at.path if finding.at else target)
        if reason:
            self._report.suppressed.append(Suppressed(Reported(rule, most, target, finding, local), "settings", reason))
            return
        severity = min(selection.severity(rule), most)
        if local and finding.fix and finding.fix.edits:
            finding = replace(finding, fix=possible(finding.fix))
        self._report.findings.append(Reported(rule, severity, target, finding, local))

    def report_trouble(
        self, target: str, trouble: Trouble, source: Source | None = None, opened_by: str = "", *, local: bool = False
    ) -> None:
        """Report the files that could not be read, and the crashes, each once in a run; ``local`` if the files may be edited."""
        local = local or _editable(source)
        for broken in trouble.broken.values():
            path = source.shown(broken.span.path) if source else broken.span.path
            if self._shared.faults.new_file(path, broken) and self._shared.selection.runs(UNREADABLE):
                at = replace(broken.span, path=path)
                message = f"{Path(path).name or 'the checkpoint'} {broken.message}"
                self.report_finding(UNREADABLE, target, Finding(message, at=at), local=local)
        trouble.broken.clear()
        for mistake in trouble.mistakes:
            if self._shared.faults.new_mistake(mistake):
                mistake.message += f" ({target})"
                self._report.errors.append(ErrorReport(f"plug-in {mistake.plugin}", "plugin", str(mistake)))
        trouble.mistakes.clear()
        for crash in trouble.crashes:
            self.report_crash(target, crash, opened_by)
        trouble.crashes.clear()

    def report_crash_on(self, target: str, crash: Crash, source: Source | None) -> None:
        """Report a crash outside of facts and rules, which may be the source's own."""
        opened_by = self._shared.opening.opened_by(source) if source else ""
        self.report_crash(target, blame_source(crash, source, opened_by) if opened_by else crash, opened_by)

    def report_crash(self, target: str, crash: Crash, opened_by: str = "") -> None:
        """Report a crash of plug-in code with the file or target, and the plug-in that opened the target if it is not ours."""
        if self._shared.faults.new_crash(crash, target):
            by = f", opened by {opened_by}" if opened_by and not opened_by.startswith("modelcheck") else ""
            placed = Crash(crash.name, crash.plugin, crash.cause, f"{crash.where or target}{by}", at=crash.at)
            self._report.errors.append(ErrorReport(target, "crash", str(placed), crash.details))


def _editable(source: Source | None) -> bool:
    return isinstance(source, OnDisk) and isinstance(source, Tree)


def _shown(finding: Finding, source: Source) -> Finding:
    """The finding with its places as reports show them."""

    def show(span: Span) -> Span:
        return replace(span, path=source.shown(span.path))

    fix = finding.fix and replace(finding.fix, edits=tuple(replace(edit, at=show(edit.at)) for edit in finding.fix.edits))
    related = tuple(replace(one, at=show(one.at)) for one in finding.related)
    return replace(finding, at=finding.at and show(finding.at), fix=fix, related=related)
