"""Judges checkpoints and uses: their verdicts, then every rule about them."""

from __future__ import annotations

from typing import Any

from modelcheck.engine.calling import RuleCaller
from modelcheck.engine.related import RelatedCheckpoints, fetch_ahead
from modelcheck.engine.shared import Shared
from modelcheck.engine.store import FactStore, Missing
from modelcheck.facts.behaviour import Behaviour
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.model_use import ModelUse
from modelcheck.facts.served import Served
from modelcheck.findings import Cost
from modelcheck.handles import Checkpoints
from modelcheck.records import replace
from modelcheck.report import CheckpointReport, ErrorReport, Report, Skipped, UseReport
from modelcheck.sources import Answering, Explained, OnDisk, Source, Withholding
from modelcheck.verdict import Verdict


class Judge:
    """Fills a target's ``report`` with the checkpoints and uses of the target."""

    def __init__(self, shared: Shared, report: Report, caller: RuleCaller) -> None:
        self._shared = shared
        self._report = report
        self._caller = caller

    def checkpoint(self, text: str, source: Source) -> None:
        """Call every rule about a checkpoint, once in a run: another target that is the same one gets the same report."""
        known, store = self._shared.checkpoints.claim(source, asked=True)
        if known is not None:
            self._report.checkpoints.append(replace(known, target=text))
        else:
            rules = self._shared.selection.of_checkpoint
            fetch_ahead(store, rules, self._reported())
            report = self._start_report(text, source, store, asked=True)
            for rule in rules:
                self._caller.on_checkpoint(rule, store, text, report)
            self._end_report(text, source, store, report)
        if isinstance(source, Answering):
            self._server(text, source, store)

    def verdict_only(self, text: str, source: Source) -> CheckpointReport:
        """Judge a checkpoint and its capabilities, and call no rule: their files are not even imported."""
        _, store = self._shared.checkpoints.claim(source, asked=True)
        fetch_ahead(store, (), self._reported())
        report = self._start_report(text, source, store, asked=True)
        self._end_report(text, source, store, report)
        if isinstance(source, Answering) and report.unprobed:
            self._report.errors.append(ErrorReport(text, "unreadable", report.unprobed))
        return report

    def _reported(self) -> tuple[type, ...]:
        """The facts of a checkpoint that its report shows, whatever rules run."""
        from modelcheck.facts.deferred.capabilities import Capabilities

        self._shared.registry.want(Capabilities)
        return Verdict, Capabilities

    def _end_report(self, text: str, source: Source, store: FactStore, report: CheckpointReport) -> None:
        """Add what a person may do with the checkpoint, and what of it could not be read."""
        from modelcheck.facts.deferred.capabilities import Capabilities

        report.capabilities = store.get(Capabilities)
        self._identified(text, store, report)
        self._caller.report_trouble(text, store.trouble, source, store.opened_by)
        self._withheld(text, source, report)
        self._unavailable(text, store)
        self._nothing_known(text, source, report)
        self._not_run(text, source, report)

    def use(self, use: ModelUse, source: Source | None, tree: Source) -> None:
        """Judge one use, by a file of ``tree``, against the facts of the checkpoint that it names."""
        if source is None:
            self._report.uses.append(UseReport(use, None))
            return
        name = use.target or use.model
        known, store = self._shared.checkpoints.claim(source, asked=False)
        if known is None:
            fetch_ahead(store, self._shared.selection.of_use, (Verdict,))
            self._start_report(name, source, store, asked=False)
            self._caller.report_trouble(name, store.trouble, source, store.opened_by)
        skipped = self._rules_of_use(name, use, source, store, tree)
        why = (self._shared.references.not_asked(name, use.revision) if use.of_hub else None) or _unread(store)
        if why:
            self._report.not_asked[name] = why.removeprefix(f"{name}: ")
        self._report.uses.append(UseReport(use, store.get(Verdict), skipped))

    def _rules_of_use(
        self, name: str, use: ModelUse, source: Source, store: FactStore, tree: Source | None = None
    ) -> tuple[Skipped, ...]:
        given: dict[type, Any] = {ModelUse: use}
        related = store.look_up(Checkpoints)
        if tree is not None and not isinstance(related, Missing) and isinstance(related.value, RelatedCheckpoints):
            given[Checkpoints] = related.value.in_tree(tree)
        registry = self._shared.registry
        of_use = FactStore(
            registry, store.limits, given, parent=store, own=registry.of_use, opened_by=store.opened_by, where=str(use.at)
        )
        local = isinstance(tree, OnDisk)
        selection = self._shared.nested.of(use.at.path) if local else self._shared.selection
        skipped = [self._caller.on_use(rule, of_use, name, use, local=local) for rule in selection.of_use]
        self._caller.report_trouble(name, store.trouble, source, store.opened_by)
        return tuple(filter(None, skipped))

    def _server(self, text: str, source: Answering, store: FactStore) -> None:
        """Judge what a server does with its model as a use. A server that did not answer is an error: it was not judged."""
        report, _ = self._shared.checkpoints.claim(source, asked=False)
        served = store.get(Served)
        if served is not None:
            self._rules_of_use(text, served.use(source), source, store)
        elif report and report.unprobed:
            self._report.errors.append(ErrorReport(text, "unreadable", report.unprobed))

    def _identified(self, text: str, store: FactStore, report: CheckpointReport) -> None:
        """Report whether a server serves what is expected there. A comparison that could not be made is an error."""
        if self._shared.expected is None or report.source != "endpoint":
            return
        from modelcheck.facts.deferred.served_identity import ServedIdentity

        self._shared.registry.want(ServedIdentity)
        found = store.look_up(ServedIdentity)
        if not isinstance(found, Missing):
            report.served_identity = found.value
        elif found.kind != "crashed" and not report.unprobed:
            self._report.errors.append(ErrorReport(text, "unreadable", found.reason))

    def _start_report(self, text: str, source: Source, store: FactStore, *, asked: bool) -> CheckpointReport:
        """Report a checkpoint's verdict, and publish the report for other targets of the run."""
        try:
            report = self._made_report(text, source, store, asked=asked)
        except BaseException as error:
            self._shared.checkpoints.give_up(source, error)
            raise
        self._report.checkpoints.append(report)
        self._shared.checkpoints.publish(source, report)
        return report

    def _made_report(self, text: str, source: Source, store: FactStore, *, asked: bool) -> CheckpointReport:
        report = CheckpointReport(text, source.kind, source.revision, store.get(Verdict), asked=asked)
        listing = store.get(FileListing) if asked else None
        report.only = listing.only if listing is not None and not isinstance(source, Answering) else None
        report.note = self._note(source, report) or (None if asked else _unread(store))
        self._probed(source, store, report)
        report.skipped += [
            Skipped(name, why.reason, why.kind == "ordinary", signal=True, remedy=why.remedy)
            for name, why in store.skipped_signals.items()
        ]
        return report

    @staticmethod
    def _note(source: Source, report: CheckpointReport) -> str | None:
        """What the verdict rests on. Asked after the facts, since reading files may change it."""
        only = f"{report.only} alone: there is no config.json and there are no weights" if report.only else None
        return (source.reason if isinstance(source, Explained) else None) or only

    @staticmethod
    def _probed(source: Source, store: FactStore, report: CheckpointReport) -> None:
        """Report what the model did when it was run, or why it was not."""
        if store.limits.budget < Cost.GENERATE:
            return
        found = store.look_up(Served if isinstance(source, Answering) else Behaviour)
        if isinstance(found, Missing):
            report.unprobed, report.details = found.reason, found.details
        elif isinstance(found.value, Served):
            report.served = found.value
        else:
            report.behaviour = found.value

    def _unavailable(self, text: str, store: FactStore) -> None:
        """Files of a target that could not be had are an error: without them it is judged in part only."""
        message = _unread(store)
        if message:
            kind = next(one.kind for one in store.trouble.unavailable.values() if one.kind != "gated")
            self._report.errors.append(ErrorReport(text, kind, f"{text}: {message}"))

    def _nothing_known(self, text: str, source: Source, report: CheckpointReport) -> None:
        """A target of which only the name is known is an error where the name says nothing: it may be a path that is missing."""
        if source.kind == "name" and report.verdict is not None and report.verdict.label == "unknown":
            message = f"{text} is no file or folder here; {report.note}, and the name does not say what it is"
            self._report.errors.append(ErrorReport(text, "not-found", message))

    def _not_run(self, text: str, source: Source, report: CheckpointReport) -> None:
        """A model that was to be run and was not is an error, unless it is known that it writes no text."""
        verdict = report.verdict
        writes = verdict is None or verdict.label != "not-applicable" or "adapter" in verdict.sub_labels
        if report.unprobed and writes and not isinstance(source, Answering):
            self._report.errors.append(ErrorReport(text, "not-run", f"{text} was not run: {report.unprobed}", report.details))

    def _withheld(self, text: str, source: Source, report: CheckpointReport) -> None:
        """A gated checkpoint is an error only if it must be complete, or if there is no evidence but its name."""
        report.note = self._note(source, report)
        withheld = source.withheld if isinstance(source, Withholding) else None
        verdict = report.verdict
        nothing = verdict is None or (verdict.label == "unknown" and {one.group for one in verdict.decisive} <= {"name"})
        if withheld and (nothing or self._shared.settings.require_complete):
            self._report.errors.append(ErrorReport(text, "gated", withheld))


def _unread(store: FactStore) -> str | None:
    """Which files could not be had, by the reason. Those that are withheld are the source's to explain."""
    by_reason: dict[str, list[str]] = {}
    for path, why in sorted(store.trouble.unavailable.items()):
        if why.kind != "gated":
            by_reason.setdefault(why.reason, []).append(path)
    return "; ".join(f"{', '.join(paths)} could not be read: {reason}" for reason, paths in by_reason.items()) or None
