"""One target of a run: what it is, and what is to be judged of it."""

from __future__ import annotations

from pathlib import Path

from modelcheck.blame import blame
from modelcheck.engine.calling import RuleCaller
from modelcheck.engine.checkpoint import MEMBERS, is_checkpoint
from modelcheck.engine.identity import complete
from modelcheck.engine.judging import Judge
from modelcheck.engine.shared import Shared
from modelcheck.engine.tree import TreeScanner
from modelcheck.errors import Broken, Crash, TargetError
from modelcheck.report import CheckpointReport, ErrorReport, Report
from modelcheck.sources import Rendered, Source, Tree
from modelcheck.sources.folder import FolderSource
from modelcheck.sources.target import without_password


class TargetRun:
    """Fills ``report`` with what one target gives."""

    def __init__(self, shared: Shared, without: tuple[str, ...] = ()) -> None:
        """``without`` are paths of folders in a tree, each with a slash at its end, that are targets of their own."""
        self.report = Report()
        self._shared = shared
        self._source: Source | None = None
        self._within: Path | None = None
        self._caller = RuleCaller(shared, self.report)
        self._judge = Judge(shared, self.report, self._caller)
        self._trees = TreeScanner(shared, self.report, self._judge, self._caller, without)

    def work(self, text: str) -> Report:
        """Scan a target. Whatever goes wrong is in the report, so that other targets are scanned all the same."""
        given, text = text, without_password(text)
        try:
            with blame("modelcheck", "", text, allow=(TargetError, Broken)):
                self._target(given, text)
        except TargetError as error:
            self.report.errors.append(ErrorReport(text, error.kind, str(error)))
        except Broken as broken:
            self.report.errors.append(ErrorReport(text, "unreadable", f"{text} {broken}"))
        except Crash as crash:
            self._caller.report_crash_on(text, crash, self._source)
        complete(self.report, self._shared.registry, self._within)
        return self.report

    def judge(self, text: str, source: Source) -> None:
        """Call every rule about a checkpoint."""
        self._judge.checkpoint(text, source)

    def verdict(self, text: str) -> CheckpointReport:
        """Judge one checkpoint without calling any rule.

        Raises TargetError for what is no checkpoint or cannot be read, Broken for a file that cannot be parsed, Crash.
        """
        with blame("modelcheck", "", without_password(text), allow=(TargetError, Broken)):
            target, source = self._shared.opening.read(text)
            text = without_password(text)
            if source is None or isinstance(source, Rendered):
                raise TargetError("not-found", f"{text} is not a checkpoint")
            on_disk = target.kind == "folder" or (target.kind == "file" and isinstance(source, Tree))
            if on_disk and not is_checkpoint(source, source.files()):
                raise TargetError(
                    "not-found", f"{text} {'contains no checkpoint' if target.kind == 'folder' else 'is not a checkpoint'}"
                )
            return self._judge.verdict_only(text, source)

    def scan_tree(self, text: str, tree: Source, checkpoint: Source | None = None) -> bool:
        """Judge a tree as a checkpoint if it is one, and read its files. Returns whether anything was judged or read."""
        return self._trees.scan(text, tree, checkpoint)

    def _target(self, given: str, text: str) -> None:
        self._shared.access.due = self._shared.prepare
        target, source = self._shared.opening.read(given)
        self._shared.access.due = None  # what files use needs none of the rules about checkpoints
        source = self._shared.references.of_target(source) if source is not None else None
        self._source = source
        self._within = target.path
        if target.kind == "folder" and target.path is not None:
            self._folder(text, source, FolderSource(target.path, boundary=target.path))
        elif target.kind == "file" and target.path is not None:
            self._file(text, source, target.path)
        elif isinstance(source, Rendered):
            if not self._trees.read(text, source, [source.name]):
                raise TargetError("unreadable", f"{source.name} is not a file that modelcheck reads: --stdin-name says what it is")
        elif source is None:
            raise TargetError("not-found", f"no plug-in opens {text}")
        elif isinstance(source, Tree):
            self._folder(text, source, source)
        else:
            self.judge(text, source)

    def _folder(self, text: str, source: Source | None, folder: Source) -> None:
        """A folder may be a checkpoint, a tree with deployment files, or both."""
        tree, checkpoint = (source, None) if isinstance(source, Tree) else (folder, source)
        if not self.scan_tree(text, tree, checkpoint):
            what = "contains no checkpoint and no file that modelcheck reads" if tree.files() else "is empty"
            if self.report.files_ignored:
                what += f": Git ignores {self.report.files_ignored} of its files (--no-gitignore reads them)"
            raise TargetError("not-found", f"{text} {what}")

    def _file(self, text: str, source: Source | None, path: Path) -> None:
        """A file is read for the uses that it makes; a checkpoint's own file stands for the checkpoint in its folder."""
        if source is not None and not isinstance(source, Tree):  # the file itself is a checkpoint: GGUF, a manifest of Ollama's
            self.judge(text, source)
            return
        boundary = self._within = Path.cwd() if path.resolve().is_relative_to(Path.cwd()) else path.parent
        tree = FolderSource(boundary, boundary=boundary)
        name = path.resolve().relative_to(boundary.resolve()).as_posix()
        if self._trees.excluded(name):
            self.report.files_left[tree.shown(name)] = "is excluded by the settings"
        elif source is not None and path.name in MEMBERS and is_checkpoint(source, source.files()):
            self.report.files_read += 1
            self.judge(source.shown(""), source)
        elif tree.read_range(name, 0, 1) is not None and not self._trees.read(text, tree, [name]) and path.name not in MEMBERS:
            raise TargetError("unreadable", f"{text} is not a file that modelcheck reads")
