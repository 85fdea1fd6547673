"""One run: many targets, some at a time, each checkpoint worked on once however many targets and uses name it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import Protocol

from modelcheck.builtin import UNREADABLE
from modelcheck.config import Settings
from modelcheck.engine.store import FactStore, Limits
from modelcheck.engine.target import TargetRun
from modelcheck.errors import Absent, TargetError
from modelcheck.findings import Cost
from modelcheck.registry import Checkpoints, Registry, Rule
from modelcheck.report import CheckpointReport, Report
from modelcheck.sources import Access, Source
from modelcheck.sources.named import NamedSource
from modelcheck.sources.target import Target
from modelcheck.verdict import Verdict

_LONGEST_CHAIN = 4
_LONGEST_WAIT = 60.0
Ended = Callable[[str, Report], None]


class Opener(Protocol):
    """What a run needs of the plug-ins."""

    def open(self, target: Target, access: Access) -> Source | None:
        """Open a target as a checkpoint."""


class _Shared:
    """One checkpoint in a run: its facts, and its report as soon as there is one."""

    def __init__(self, store: FactStore) -> None:
        self.store = store
        self.report: Future[CheckpointReport] = Future()
        self.claimed = False
        self.asked = False


class Run:
    """What all targets of a run share. ``scan`` works through them."""

    def __init__(self, registry: Registry, opener: Opener, settings: Settings) -> None:
        self.registry = registry
        self.settings = settings
        self._opener = opener
        self._access = Access(not settings.offline and settings.budget >= Cost.NETWORK, settings.timeout)
        self.limits = Limits(settings.budget, not self._access.network, frozenset(settings.ignore))
        self._rules = [rule for name, rule in sorted(registry.rules.items()) if self._selected(rule)]
        self.checkpoint_rules = [rule for rule in self._rules if registry.scope(rule) == "checkpoint"]
        self.use_rules = [rule for rule in self._rules if registry.scope(rule) == "use"]
        self._lock = threading.Lock()
        self._shared: dict[str, _Shared] = {}
        self._opened: dict[Target, Future[Source | None]] = {}
        self._noted: set[tuple[str, str]] = set()

    def _selected(self, rule: Rule) -> bool:
        names = {rule.name, rule.name.partition("/")[0]}
        if names & {name.rstrip("/") for name in self.settings.ignore}:
            return False
        if self.settings.select and rule.name != UNREADABLE:
            return bool(names & {name.rstrip("/") for name in self.settings.select})
        return rule.default or rule.name in self.settings.select

    def scan(self, targets: Iterable[str], *, jobs: int = 1, ended: Ended | None = None) -> Report:
        """Look at every target, ``jobs`` at a time; the report has them in order, ``ended`` hears of each as it ends.

        What goes wrong with one target is reported and the others go on. Ctrl-C ends with what was done.
        """
        texts = list(targets)
        done: dict[int, Report] = {}
        interrupted = False
        try:
            for index, report in self._each(texts, jobs):
                done[index] = report
                if ended:
                    ended(texts[index], report)
        except KeyboardInterrupt:
            interrupted = True
        whole = Report(interrupted=interrupted)
        for index in sorted(done):
            whole.extend(done[index])
        return whole

    def _each(self, texts: Sequence[str], jobs: int) -> Iterable[tuple[int, Report]]:
        if jobs <= 1 or len(texts) == 1:
            yield from ((index, TargetRun(self).work(text)) for index, text in enumerate(texts))
            return
        waiting: SimpleQueue[int | None] = SimpleQueue()
        ready: SimpleQueue[tuple[int, Report]] = SimpleQueue()
        for index in (*range(len(texts)), *[None] * jobs):
            waiting.put(index)

        def work() -> None:
            for index in iter(waiting.get, None):
                ready.put((index, TargetRun(self).work(texts[index])))

        for _ in range(min(jobs, len(texts))):
            threading.Thread(target=work, daemon=True).start()  # a daemon, so that Ctrl-C need not wait for an answer
        for _ in texts:
            yield ready.get()

    def open(self, target: Target) -> Source | None:
        """Open a target, once in a run however often it is named. Raises TargetError."""
        same = replace(target, text=target.id or target.text)
        with self._lock:
            opened = self._opened.get(same)
            mine = opened is None
            if opened is None:
                opened = self._opened[same] = Future()
        if mine:
            try:
                opened.set_result(self._opener.open(target, self._access))
            except Exception as error:  # noqa: BLE001 - whoever asks gets it
                opened.set_exception(error)
        return opened.result()

    def _store(self, source: Source, depth: int) -> FactStore:
        return FactStore(self.registry, self.limits, {Source: source, Checkpoints: _Others(self, depth)})

    def claim(self, source: Source, *, asked: bool) -> tuple[CheckpointReport | None, FactStore]:
        """The facts of a checkpoint, and its report unless the caller is the one who has to make it.

        A checkpoint that was only used so far has a report, but nobody has called its rules: the first who is asked for it does.
        """
        identity = _identity(source)
        with self._lock:
            shared = self._shared.setdefault(identity, _Shared(self._store(source, 0)))
            first = not shared.claimed or (asked and not shared.asked)
            shared.claimed, shared.asked = True, shared.asked or asked
        return (None, shared.store) if first else (shared.report.result(), shared.store)

    def others(self, source: Source, depth: int) -> FactStore:
        """The facts of a checkpoint that another one names."""
        with self._lock:
            return self._shared.setdefault(_identity(source), _Shared(self._store(source, depth))).store

    def publish(self, source: Source, report: CheckpointReport) -> None:
        """Give a checkpoint's report to everybody else who names it."""
        shared = self._shared[_identity(source)]
        if not shared.report.done():
            shared.report.set_result(report)

    def give_up(self, source: Source, error: BaseException) -> None:
        """Let nobody wait for a report that will not come."""
        shared = self._shared[_identity(source)]
        if not shared.report.done():
            shared.report.set_exception(error)

    def first_time(self, path: str, message: str) -> bool:
        """Whether a fault of a file is to be reported now: it is not ignored, and nobody has reported it."""
        with self._lock:
            new = (path, message) not in self._noted
            self._noted.add((path, message))
        return new and any(rule.name == UNREADABLE for rule in self._rules)


class _Others:
    """The handle by which a fact of one checkpoint asks for another."""

    def __init__(self, run: Run, depth: int) -> None:
        self._run = run
        self._depth = depth

    def verdict(self, id_: str, revision: str | None) -> Verdict:
        """The verdict on another checkpoint; by its name where it cannot be reached. Raises Absent at the end of a long chain."""
        if self._depth >= _LONGEST_CHAIN:
            raise Absent(f"the chain of parents is longer than {_LONGEST_CHAIN}")
        try:
            source = self._run.open(Target(id_, "hub", id=id_, revision=revision))
        except TargetError as error:
            source = NamedSource(id_, revision, f"only the name is known: {error}")
        store = self._run.others(source or NamedSource(id_, revision), self._depth + 1)
        if not store.lock.acquire(timeout=_LONGEST_WAIT):  # two checkpoints that call each other their parent
            raise Absent(f"{id_} waits for this checkpoint itself")
        try:
            verdict = store.get(Verdict)
        finally:
            store.lock.release()
        if verdict is None:
            raise Absent(f"there is no verdict on {id_}")
        return verdict


def _identity(source: Source) -> str:
    """What two targets share when they are the same checkpoint."""
    root = getattr(source, "root", None)
    return f"{root.resolve()}:{source.name}" if isinstance(root, Path) else f"{source.kind}:{source.name}@{source.revision}"
