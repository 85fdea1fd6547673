"""One run: many targets, each checkpoint worked on once however many uses name it, every rule called or skipped with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Protocol

from modelcheck.builtin import UNREADABLE
from modelcheck.config import Settings
from modelcheck.engine.checkpoint import MEMBERS, is_card, is_checkpoint
from modelcheck.engine.files import TreeReader
from modelcheck.engine.store import Crash, FactStore, Limits, Missing
from modelcheck.errors import Broken, TargetError
from modelcheck.facts.model_use import ModelUse
from modelcheck.findings import Cost, Finding, Span
from modelcheck.registry import Registry, Rule
from modelcheck.report import CheckpointReport, ErrorReport, Report, Reported, Skipped, UseReport
from modelcheck.sources import Access, Source
from modelcheck.sources.folder import FolderSource
from modelcheck.sources.named import NamedSource
from modelcheck.sources.target import Target, parse_target
from modelcheck.verdict import Verdict


class Opener(Protocol):
    """What a run needs of the plug-ins."""

    def open(self, target: Target, access: Access) -> Source | None:
        """Open a target as a checkpoint."""


class Run:
    """Works through targets and fills ``report``."""

    def __init__(self, registry: Registry, opener: Opener, settings: Settings) -> None:
        self.registry = registry
        self.settings = settings
        self.report = Report()
        self._opener = opener
        self._access = Access(network=not settings.offline and settings.budget >= Cost.NETWORK)
        self._limits = Limits(settings.budget, not self._access.network, frozenset(settings.ignore))
        self._rules = [rule for name, rule in sorted(registry.rules.items()) if self._selected(rule)]
        self._checkpoint_rules = [rule for rule in self._rules if registry.scope(rule) == "checkpoint"]
        self._use_rules = [rule for rule in self._rules if registry.scope(rule) == "use"]
        self._stores: dict[str, tuple[CheckpointReport, FactStore]] = {}
        self._noted: set[tuple[str, str]] = set()

    def _selected(self, rule: Rule) -> bool:
        names = {rule.name, rule.name.partition("/")[0]}
        if names & {name.rstrip("/") for name in self.settings.ignore}:
            return False
        if self.settings.select and rule.name != UNREADABLE:
            return bool(names & {name.rstrip("/") for name in self.settings.select})
        return rule.default or rule.name in self.settings.select

    def scan(self, targets: Iterable[str]) -> Report:
        """Look at every target; what goes wrong with one is reported and the others go on. Ctrl-C ends with what was done."""
        try:
            for text in targets:
                try:
                    self._target(parse_target(text))
                except (TargetError, Broken) as error:
                    kind = error.kind if isinstance(error, TargetError) else "unreadable"
                    message = str(error) if isinstance(error, TargetError) else f"{text} {error}"
                    self.report.errors.append(ErrorReport(text, kind, message))
        except KeyboardInterrupt:
            self.report.interrupted = True
        return self.report

    def _target(self, target: Target) -> None:
        if target.kind == "folder" and target.path is not None:
            self._folder(target, target.path)
        elif target.kind == "file" and target.path is not None:
            self._file(target, target.path)
        else:
            source = self._opener.open(target, self._access)
            if source is None:
                raise TargetError("not-found", f"no source knows how to open {target.text}")
            self._checkpoint(target.text, source)

    def _folder(self, target: Target, path: Path) -> None:
        """A folder may be a checkpoint, a tree with deployment files, or both."""
        tree = FolderSource(path, boundary=path)
        paths = [name for name in tree.files() if not self._excluded(name)]
        source = self._opener.open(target, self._access)
        judged = source is not None and is_checkpoint(source, paths)
        if source is not None and judged:
            self._checkpoint(target.text, source)
        if not (self._scan_files(target, tree, paths) or judged):
            what = "holds nothing that modelcheck reads: no checkpoint, no deployment file" if paths else "is empty"
            raise TargetError("not-found", f"{target.text} {what}")

    def _file(self, target: Target, path: Path) -> None:
        """A file is read for the uses it makes; a checkpoint's own file stands for the checkpoint that it lies in."""
        if path.name in MEMBERS:
            source = self._opener.open(target, self._access)
            is_one = source is not None and is_checkpoint(source, source.files())
            if source is not None and (is_one or (path.name == "README.md" and is_card(source.read("README.md", 2**24)))):
                self._checkpoint(source.shown(""), source)
            self.report.files_read += 1
            return
        boundary = Path.cwd() if path.resolve().is_relative_to(Path.cwd()) else path.parent
        tree = FolderSource(boundary, boundary=boundary)
        name = path.resolve().relative_to(boundary.resolve()).as_posix()
        if not self._scan_files(target, tree, [name]):
            raise TargetError("unreadable", f"{target.text} is no file that modelcheck reads")

    def _excluded(self, path: str) -> bool:
        return any(fnmatch(path, pattern) for pattern in self.settings.exclude)

    def _scan_files(self, target: Target, tree: FolderSource, paths: list[str]) -> int:
        store = FactStore(self.registry, self._limits, {})
        scanned = TreeReader(self.registry, tree, store).scan(paths)
        self.report.files_read += scanned.read
        self.report.files_left |= scanned.left
        self._trouble(target.text, store, None)
        for use in scanned.uses:
            self._use(target, tree, use)
        return scanned.read

    def _checkpoint(self, text: str, source: Source) -> None:
        """Call every rule about a checkpoint, once in a run; another name for the same one gets the same report."""
        known = self._known(text, source)
        if known and known[0].asked:
            if known[0].target != text:
                self.report.checkpoints.append(replace(known[0], target=text))
            return
        if known:
            report, store = known
            report.asked = True
        else:
            store = FactStore(self.registry, self._limits, {Source: source})
            report = self._open_report(text, source, store, asked=True)
        for rule in self._checkpoint_rules:
            self._call(rule, store, text, source, report)
        self._trouble(text, store, source)

    def _known(self, text: str, source: Source) -> tuple[CheckpointReport, FactStore] | None:
        return self._stores.get(_identity(text, source))

    def _open_report(self, text: str, source: Source, store: FactStore, *, asked: bool) -> CheckpointReport:
        report = CheckpointReport(text, source.kind, source.revision, store.get(Verdict), asked=asked, note=getattr(source, "reason", None))
        report.skipped += [Skipped(name, reason) for name, reason in store.skipped_signals.items()]
        self.report.checkpoints.append(report)
        self._stores[_identity(text, source)] = (report, store)
        return report

    def _use(self, target: Target, tree: FolderSource, use: ModelUse) -> None:
        """Judge one use against the facts of the checkpoint that it names."""
        source = self._used(use, tree)
        if source is None:
            self.report.uses.append(UseReport(use, None))
            return
        name = use.target or use.model
        known = self._known(name, source)
        if known is None:
            store = FactStore(self.registry, self._limits, {Source: source})
            self._open_report(name, source, store, asked=False)
            self._trouble(name, store, source)
        else:
            store = known[1]
        self.report.uses.append(UseReport(use, store.get(Verdict)))
        of_use = FactStore(self.registry, self._limits, {ModelUse: use}, parent=store)
        for rule in self._use_rules:
            self._call(rule, of_use, name, None, None, use)
        self._trouble(target.text, of_use, source)

    def _used(self, use: ModelUse, tree: FolderSource) -> Source | None:
        """The checkpoint that a use names: a folder of the tree, the Hub's, or a mere name where it cannot be reached."""
        if use.target is None:
            return NamedSource(use.name_only, reason="a path that only the deployed machine knows") if use.name_only else None
        here = tree.root / use.target
        if use.target.startswith((".", "/")):
            inside = here.resolve().is_relative_to(tree.root.resolve()) and here.is_dir()
            return FolderSource(here, boundary=here) if inside else NamedSource(here.name, reason="a folder that is not in the scanned tree")
        try:
            source = self._opener.open(Target(use.target, "hub", id=use.target, revision=use.revision), self._access)
        except TargetError as error:
            source = NamedSource(use.target, use.revision, f"only the name is known: {error}")
        return source or NamedSource(use.target, use.revision)

    def _call(self, rule: Rule, store: FactStore, target: str, source: Source | None, report: CheckpointReport | None, use: ModelUse | None = None) -> None:
        said = store.run(rule, self.settings.options(rule.name), of=Finding)
        if isinstance(said, Missing):
            if report is not None:
                report.skipped.append(Skipped(rule.name, said.reason))
            return
        severity = self.settings.severity(rule.name, rule.severity)
        for finding in said:
            at = finding.at
            if at is None and use is not None:
                at = use.at
            elif at is not None and source is not None:
                at = replace(at, path=source.shown(at.path))
            self.report.findings.append(Reported(rule.name, severity, target, replace(finding, at=at)))

    def _trouble(self, text: str, store: FactStore, source: Source | None) -> None:
        """Report the files that could not be read, and the crashes, each once."""
        for broken in store.trouble.broken.values():
            path = source.shown(broken.span.path) if source else broken.span.path
            if (path, broken.message) not in self._noted and UNREADABLE in {rule.name for rule in self._rules}:
                self._noted.add((path, broken.message))
                severity = self.settings.severity(UNREADABLE, self.registry.rules[UNREADABLE].severity)
                finding = Finding(f"{Path(path).name} {broken.message}", at=replace(broken.span, path=path))
                self.report.findings.append(Reported(UNREADABLE, severity, text, finding))
        store.trouble.broken.clear()
        self.report.errors += [_crash_report(text, crash) for crash in store.trouble.crashes]
        store.trouble.crashes.clear()


def _crash_report(text: str, crash: Crash) -> ErrorReport:
    return ErrorReport(text, "crash", f"{crash.name} of {crash.plugin} crashed: {crash.message}", crash.details)


def _identity(text: str, source: Source) -> str:
    root = getattr(source, "root", None)
    return str(root.resolve()) if isinstance(root, Path) else f"{source.name}@{source.revision}" if source.kind != "name" else f"{source.name}@{source.revision}?"
