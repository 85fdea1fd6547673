"""One target of a run: opened, judged, its files read, every rule called or skipped with a reason."""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path

from modelcheck.builtin import UNLOCKED, UNREADABLE, USELESS
from modelcheck.engine.checkpoint import MEMBERS, is_checkpoint
from modelcheck.engine.files import TreeReader
from modelcheck.engine.lock import FILE, key
from modelcheck.engine.shared import Shared
from modelcheck.engine.store import Crash, FactStore, Missing
from modelcheck.engine.suppressions import Suppression, covering
from modelcheck.errors import Broken, TargetError
from modelcheck.facts.behaviour import Behaviour
from modelcheck.facts.model_use import ModelUse
from modelcheck.facts.served import Served
from modelcheck.findings import Cost, Finding, Span
from modelcheck.registry import Rule
from modelcheck.report import CheckpointReport, ErrorReport, Report, Reported, Skipped, UseReport
from modelcheck.sources import Source
from modelcheck.sources.endpoint import EndpointSource
from modelcheck.sources.folder import FolderSource
from modelcheck.sources.named import NamedSource
from modelcheck.sources.target import Target, parse_target
from modelcheck.verdict import Verdict


class TargetRun:
    """Fills ``report`` with what one target gives. ``run`` holds what all targets of the run share."""

    def __init__(self, run: Shared) -> None:
        self.run = run
        self.report = Report()

    def work(self, text: str) -> Report:
        """Look at one target; whatever goes wrong is in the report."""
        try:
            self._target(parse_target(text))
        except TargetError as error:
            self.report.errors.append(ErrorReport(text, error.kind, str(error)))
        except Broken as broken:
            self.report.errors.append(ErrorReport(text, "unreadable", f"{text} {broken}"))
        except Exception as error:  # noqa: BLE001 - a source's fault must not take the other targets along
            details = "".join(traceback.format_exception(error))
            self.report.errors.append(ErrorReport(text, "crash", f"{text}: {type(error).__name__}: {error}", details))
        return self.report

    def _target(self, target: Target) -> None:
        if target.kind == "folder" and target.path is not None:
            self._folder(target, target.path)
        elif target.kind == "file" and target.path is not None:
            self._file(target, target.path)
        else:
            source = self.run.open(target)
            if source is None:
                raise TargetError("not-found", f"no source knows how to open {target.text}")
            self.judge(target.text, source)
            if source.kind == "endpoint":
                self._server(target.text, source)

    def _folder(self, target: Target, path: Path) -> None:
        """A folder may be a checkpoint, a tree with deployment files, or both."""
        source = self.run.open(target)
        tree = source if type(source) is FolderSource else FolderSource(path, boundary=path)
        paths = [name for name in tree.files() if not self._excluded(name)]
        judged = source is not None and (type(source) is not FolderSource or is_checkpoint(source, paths))
        if source is not None and judged:
            self.judge(target.text, source)
        # A checkpoint's own card shows how to run it, which is no deployment.
        scanned = [name for name in paths if name not in MEMBERS] if judged else paths
        if not (self.read_files(target.text, tree, scanned) or judged):
            what = "holds nothing that modelcheck reads: no checkpoint, no deployment file" if paths else "is empty"
            raise TargetError("not-found", f"{target.text} {what}")

    def _file(self, target: Target, path: Path) -> None:
        """A file is read for the uses it makes; a checkpoint's own file stands for the checkpoint that it lies in."""
        source = self.run.open(target)
        if source is not None and type(source) is not FolderSource:  # the file itself is a checkpoint: GGUF, a manifest of Ollama's
            self.judge(target.text, source)
            return
        if source is not None and path.name in MEMBERS:
            self.report.files_read += 1
            if is_checkpoint(source, source.files()):
                self.judge(source.shown(""), source)
            return
        boundary = Path.cwd() if path.resolve().is_relative_to(Path.cwd()) else path.parent
        tree = FolderSource(boundary, boundary=boundary)
        name = path.resolve().relative_to(boundary.resolve()).as_posix()
        if not self.read_files(target.text, tree, [name]):
            raise TargetError("unreadable", f"{target.text} is no file that modelcheck reads")

    def _excluded(self, path: str) -> bool:
        return any(fnmatch(path, pattern) for pattern in self.run.settings.exclude)

    def read_files(self, text: str, tree: Source, paths: Iterable[str]) -> int:
        """Read the files of a tree for the uses they make, and judge each use; gives how many files a reader took."""
        store = FactStore(self.run.registry, self.run.limits, {})
        scanned = TreeReader(self.run.registry, tree, store).scan(paths)
        self.report.files_read += scanned.read
        self.report.files_left |= scanned.left
        self._trouble(text, store, None)
        before = len(self.report.findings)
        for use in scanned.uses:
            self._use(tree, use)
        self._unlocked(text, scanned.uses)
        self._suppress(text, before, scanned.suppressions)
        return scanned.read

    def _unlocked(self, text: str, uses: Iterable[ModelUse]) -> None:
        """Report what the lock does not know, once for each place: it was judged by its name alone."""
        if self.run.locked is None or not self.run.reports(UNLOCKED):
            return
        for use in uses:
            if use.of_hub and key(use.target or "", use.revision) not in self.run.locked:
                self._own(UNLOCKED, text, Finding(f"{use.model} is not in {FILE}, and was judged by its name", at=use.at))

    def _suppress(self, text: str, before: int, suppressions: list[Suppression]) -> None:
        """Take out the findings that a comment in their file ignores; report the comments that give no reason or hide nothing."""
        kept = []
        for found in self.report.findings[before:]:
            at = found.finding.at
            hidden = covering(suppressions, at.path, at.line, found.rule) if at else None
            if hidden:
                hidden.used = True
            else:
                kept.append(found)
        self.report.findings[before:] = kept
        ran = {rule.name for rule in self.run.use_rules}
        for one in suppressions if self.run.reports(USELESS) else ():
            useless = not one.used and any(map(one.covers, ran))
            if not one.reason or useless:
                why = "hides nothing" if one.reason else "gives no reason, so it does not count"
                finding = Finding(
                    f"this comment ignores {', '.join(sorted(one.rules)) or 'no rule'}, and {why}", Span(one.path, one.line)
                )
                self._own(USELESS, text, finding)

    def _own(self, rule: str, text: str, finding: Finding) -> None:
        """Report a finding of one of the engine's own rules."""
        severity = self.run.settings.severity(rule, self.run.registry.ready[rule].severity)
        self.report.findings.append(Reported(rule, severity, text, finding))

    def judge(self, text: str, source: Source) -> None:
        """Call every rule about a checkpoint, once in a run; another name for the same one gets the same report."""
        known, store = self.run.claim(source, asked=True)
        if known is not None:
            self.report.checkpoints.append(replace(known, target=text))
            return
        rules = self.run.checkpoint_rules
        report = self._open_report(text, source, store, asked=True)
        for rule in rules:
            self._call(rule, store, text, report=report)
        self._trouble(text, store, source)
        self._withheld(text, source, report)

    def _open_report(self, text: str, source: Source, store: FactStore, *, asked: bool) -> CheckpointReport:
        try:
            verdict = store.get(Verdict)
        except BaseException as error:
            self.run.give_up(source, error)
            raise
        report = CheckpointReport(text, source.kind, source.revision, verdict, asked=asked)
        report.note = getattr(source, "reason", None)  # known only after the facts were made
        self._probed(store, report)
        report.skipped += [
            Skipped(name, why.reason, why.kind == "ordinary", signal=True, remedy=why.remedy)
            for name, why in store.skipped_signals.items()
        ]
        self.report.checkpoints.append(report)
        self.run.publish(source, report)
        return report

    @staticmethod
    def _probed(store: FactStore, report: CheckpointReport) -> None:
        """Put what came of running the model into the report, or why nothing did."""
        if store.limits.budget < Cost.GENERATE:
            return
        found = store.look_up(Served if report.source == "endpoint" else Behaviour)
        if isinstance(found, Missing):
            report.unprobed, report.details = found.reason, found.details
        elif isinstance(found.value, Served):
            report.served = found.value
        else:
            report.behaviour = found.value

    def _withheld(self, text: str, source: Source, report: CheckpointReport) -> None:
        """A gated checkpoint is an error only where it had to be complete, or where nothing was left to judge by."""
        report.note = getattr(source, "reason", None)
        withheld = getattr(source, "withheld", None)
        verdict = report.verdict
        nothing = verdict is None or (verdict.label == "unknown" and {one.group for one in verdict.decisive} <= {"name"})
        if withheld and (nothing or self.run.settings.require_complete):
            self.report.errors.append(ErrorReport(text, "gated", withheld))

    def _use(self, tree: Source, use: ModelUse) -> None:
        """Judge one use against the facts of the checkpoint that it names."""
        source = self._used(use, tree)
        if source is None:
            self.report.uses.append(UseReport(use, None))
            return
        name = use.target or use.model
        known, store = self.run.claim(source, asked=False)
        if known is None:
            self._open_report(name, source, store, asked=False)
            self._trouble(name, store, source)
        self.report.uses.append(UseReport(use, store.get(Verdict)))
        self._rules_of_use(name, use, source, store)

    def _rules_of_use(self, name: str, use: ModelUse, source: Source, store: FactStore) -> None:
        """Call every rule about one use of a checkpoint."""
        of_use = FactStore(self.run.registry, store.limits, {ModelUse: use}, parent=store)
        for rule in self.run.use_rules:
            self._call(rule, of_use, name, use=use)
        self._trouble(name, of_use, source)

    def _used(self, use: ModelUse, tree: Source) -> Source | None:
        """The checkpoint that a use names: a folder of the tree, the Hub's, or a mere name where it cannot be reached."""
        if use.target is None:
            return NamedSource(use.name_only, reason="a path that only the deployed machine knows") if use.name_only else None
        if use.target.startswith("ollama://"):
            return NamedSource(use.target.removeprefix("ollama://"), reason="a name of Ollama's library", kind="ollama")
        if use.target.startswith("."):
            root = Path(getattr(tree, "root", Path("/nowhere")))
            here = root / use.target
            if here.is_dir() and here.resolve().is_relative_to(root.resolve()):
                return FolderSource(here, boundary=here)
            return NamedSource(here.name, reason="a folder that is not in the scanned tree")
        return self.run.reach(use.target, use.revision)

    def _server(self, text: str, source: Source) -> None:
        """Judge what a server does with its model as any other use. One that could not be asked was not judged."""
        report, store = self.run.claim(source, asked=False)
        served = store.get(Served)
        if served is not None and isinstance(source, EndpointSource):
            self._rules_of_use(text, served.use(source.model, source.endpoint.url), source, store)
        elif report and report.unprobed:
            self.report.errors.append(ErrorReport(text, "unreadable", report.unprobed))

    def _call(
        self, rule: Rule, store: FactStore, target: str, *, report: CheckpointReport | None = None, use: ModelUse | None = None
    ) -> None:
        """Call one rule; its findings get its name and severity, and places as a person finds them."""
        said = store.run(rule, self.run.settings.options(rule.name), of=Finding)
        if isinstance(said, Missing):
            if report is not None:
                report.skipped.append(Skipped(rule.name, said.reason, said.kind == "ordinary"))
            return
        severity = self.run.settings.severity(rule.name, rule.severity)
        source = None if use else store.get(Source)  # type: ignore[type-abstract] # the protocol is the key
        for finding in said:
            placed = replace(finding, at=finding.at or use.at) if use else _shown(finding, source) if source else finding
            local = use is not None or (source is not None and source.kind == "folder")
            self.report.findings.append(Reported(rule.name, severity, target, placed, local))

    def _trouble(self, text: str, store: FactStore, source: Source | None) -> None:
        """Report the files that could not be read, and the crashes, each once."""
        for broken in store.trouble.broken.values():
            path = source.shown(broken.span.path) if source else broken.span.path
            if self.run.first_time(path, broken.message):
                self._own(UNREADABLE, text, Finding(f"{Path(path).name} {broken.message}", at=replace(broken.span, path=path)))
        store.trouble.broken.clear()
        self.report.errors += [_crash_report(text, crash) for crash in store.trouble.crashes]
        store.trouble.crashes.clear()


def _shown(finding: Finding, source: Source) -> Finding:
    """The finding with its places as a person finds them."""

    def show(span: Span) -> Span:
        return replace(span, path=source.shown(span.path))

    fix = finding.fix and replace(finding.fix, edits=tuple(replace(edit, at=show(edit.at)) for edit in finding.fix.edits))
    return replace(finding, at=finding.at and show(finding.at), fix=fix)


def _crash_report(text: str, crash: Crash) -> ErrorReport:
    return ErrorReport(text, "crash", f"{crash.name} of {crash.plugin} crashed: {crash.message}", crash.details)
