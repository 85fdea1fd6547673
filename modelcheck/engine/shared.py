"""What all targets of a run share: settings, rules, and every checkpoint, opened and judged once however many name it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Generic, Protocol, TypeVar, cast

from modelcheck.builtin import UNREADABLE
from modelcheck.config import Settings
from modelcheck.engine.lock import FILE, LockedSource, key, read_lock
from modelcheck.engine.store import FactStore, Limits
from modelcheck.errors import Absent, TargetError
from modelcheck.findings import Cost
from modelcheck.probe import ProbeOptions
from modelcheck.registry import Checkpoints, Registry, Rule
from modelcheck.report import CheckpointReport
from modelcheck.sources import Access, Source
from modelcheck.sources.named import NamedSource
from modelcheck.sources.target import Target
from modelcheck.verdict import Verdict

_LONGEST_CHAIN = 4
_LONGEST_WAIT = 60.0
T = TypeVar("T")


class Opener(Protocol):
    """What a run needs of the plug-ins."""

    def open(self, target: Target, access: Access) -> Source | None:
        """Open a target as a checkpoint."""


class _Later(Generic[T]):
    """A value that one thread makes and others wait for. The library's Future brings logging along, which costs a hook 4 ms."""

    def __init__(self) -> None:
        self._there = threading.Event()
        self._value: T | None = None
        self._error: BaseException | None = None

    def give(self, value: T | None = None, error: BaseException | None = None) -> None:
        """Set the value or the error; only the first counts."""
        if not self._there.is_set():
            self._value, self._error = value, error
            self._there.set()

    def wait(self) -> T:
        """The value, as soon as it is there. Raises the error."""
        self._there.wait()
        if self._error is not None:
            raise self._error
        return cast("T", self._value)


class _Entry:
    """One checkpoint in a run: its facts, and its report as soon as there is one."""

    def __init__(self, store: FactStore) -> None:
        self.store = store
        self.report: _Later[CheckpointReport] = _Later()
        self.claimed = False
        self.asked = False


class Shared:
    """One run's own table of checkpoints. Safe to use from many threads."""

    def __init__(self, registry: Registry, opener: Opener, settings: Settings, jobs: int = 1) -> None:
        self.registry = registry
        self.settings = settings
        self._opener = opener
        self._access = Access(not settings.offline and settings.budget >= Cost.NETWORK, settings.timeout, threading.Semaphore(jobs))
        self._access.model = settings.model
        self.limits = Limits(settings.budget, not self._access.network, frozenset(settings.ignore))
        self.use_rules = [rule for rule in self._chosen(registry.ready) if registry.scope(rule) == "use"]
        self.locked = read_lock(settings.lock) if settings.lock else None
        self._lock = threading.Lock()
        self._shared: dict[str, _Entry] = {}
        self._opened: dict[Target, _Later[Source | None]] = {}
        self._noted: set[tuple[str, str]] = set()

    @cached_property
    def checkpoint_rules(self) -> list[Rule]:
        """The rules about a checkpoint itself. Asked for only when one is judged, since many of them are imported then."""
        with self._lock:
            return [rule for rule in self._chosen(self.registry.rules) if self.registry.scope(rule) == "checkpoint"]

    def _chosen(self, rules: Mapping[str, Rule]) -> list[Rule]:
        return [rule for _, rule in sorted(rules.items()) if self._selected(rule)]

    def _selected(self, rule: Rule) -> bool:
        names = {rule.name, rule.name.partition("/")[0]}
        if names & {name.rstrip("/") for name in self.settings.ignore}:
            return False
        if self.settings.select and rule.name != UNREADABLE:
            return bool(names & {name.rstrip("/") for name in self.settings.select})
        return rule.default or rule.name.partition("/")[0] in self.settings.profiles

    def open(self, target: Target) -> Source | None:
        """Open a target, once in a run however often it is named. Raises TargetError."""
        same = replace(target, text=target.id or target.text)
        with self._lock:
            opened = self._opened.get(same)
            mine = opened is None
            if opened is None:
                opened = self._opened[same] = _Later()
        if mine:
            try:
                opened.give(self._opener.open(target, self._access))
            except Exception as error:  # noqa: BLE001 - whoever asks gets it
                opened.give(error=error)
        return opened.wait()

    def reach(self, id_: str, revision: str | None) -> Source:
        """A checkpoint of the Hub, the lock's entry for it in a run that has a lock, or its mere name where there is neither."""
        if self.locked is not None:
            locked = self.locked.get(key(id_, revision))
            if locked:
                return LockedSource(id_, revision, locked)
            return NamedSource(id_, revision, f"{key(id_, revision)} is not in {FILE}: run `modelcheck lock`")
        try:
            source = self.open(Target(id_, "hub", id=id_, revision=revision))
        except TargetError as error:
            return NamedSource(id_, revision, f"only the name is known: {error}")
        return source or NamedSource(id_, revision)

    def missing(self, id_: str, revision: str | None) -> bool:
        """Whether the Hub was asked for a checkpoint and has none of that name."""
        if self.locked is not None:
            return False
        try:
            self.open(Target(id_, "hub", id=id_, revision=revision))
        except TargetError as error:
            return error.kind == "not-found"
        return False

    def _store(self, source: Source, depth: int) -> FactStore:
        ready = getattr(source, "facts", {})
        # Who names a server asks what it answers: there is nothing else to judge it by.
        limits = replace(self.limits, budget=Cost.GENERATE) if source.kind == "endpoint" else self.limits
        return FactStore(
            self.registry,
            limits,
            {Source: source, Checkpoints: _Others(self, depth), ProbeOptions: self.settings.probe, **ready},
        )

    def claim(self, source: Source, *, asked: bool) -> tuple[CheckpointReport | None, FactStore]:
        """The facts of a checkpoint, and its report unless the caller is the one who has to make it.

        A checkpoint that was only used so far has a report, but nobody has called its rules: the first who is asked for it does.
        """
        identity = _identity(source)
        with self._lock:
            shared = self._shared.setdefault(identity, _Entry(self._store(source, 0)))
            first = not shared.claimed or (asked and not shared.asked)
            shared.claimed, shared.asked = True, shared.asked or asked
        return (None, shared.store) if first else (shared.report.wait(), shared.store)

    def others(self, source: Source, depth: int) -> FactStore:
        """The facts of a checkpoint that another one names."""
        with self._lock:
            return self._shared.setdefault(_identity(source), _Entry(self._store(source, depth))).store

    def publish(self, source: Source, report: CheckpointReport) -> None:
        """Give a checkpoint's report to everybody else who names it."""
        self._shared[_identity(source)].report.give(report)

    def give_up(self, source: Source, error: BaseException) -> None:
        """Let nobody wait for a report that will not come."""
        self._shared[_identity(source)].report.give(error=error)

    def first_time(self, path: str, message: str) -> bool:
        """Whether a fault of a file is to be reported now: it is not ignored, and nobody has reported it."""
        with self._lock:
            new = (path, message) not in self._noted
            self._noted.add((path, message))
        return new and self.reports(UNREADABLE)

    def reports(self, name: str) -> bool:
        """Whether a rule is selected in this run."""
        return self._selected(self.registry.ready[name])


class _Others:
    """The handle by which a fact of one checkpoint asks for another."""

    def __init__(self, shared: Shared, depth: int) -> None:
        self._shared = shared
        self._depth = depth

    def verdict(self, id_: str, revision: str | None) -> Verdict:
        """The verdict on another checkpoint; by its name where it cannot be reached. Raises Absent at the end of a long chain."""
        return self._verdict(self._reach(id_, revision), id_)

    def named(self, name: str) -> Verdict:
        """The verdict that a mere name gives."""
        return self._verdict(NamedSource(name), name)

    def missing(self, id_: str, revision: str | None) -> bool:
        """Whether the Hub knows no such checkpoint."""
        return self._shared.missing(id_, revision)

    def fact(self, kind: type[T], id_: str, revision: str | None) -> T | None:
        """A fact of another checkpoint. Raises Absent at the end of a long chain."""
        return self._fact(kind, self._reach(id_, revision), id_)

    def _reach(self, id_: str, revision: str | None) -> Source:
        if self._depth >= _LONGEST_CHAIN:
            raise Absent(f"the chain of parents is longer than {_LONGEST_CHAIN}")
        return self._shared.reach(id_, revision)

    def _verdict(self, source: Source, id_: str) -> Verdict:
        verdict = self._fact(Verdict, source, id_)
        if verdict is None:
            raise Absent(f"there is no verdict on {id_}")
        return verdict

    def _fact(self, kind: type[T], source: Source, id_: str) -> T | None:
        store = self._shared.others(source, self._depth + 1)
        if not store.lock.acquire(timeout=_LONGEST_WAIT):  # two checkpoints that call each other their parent
            raise Absent(f"{id_} waits for this checkpoint itself")
        try:
            return store.get(kind)
        finally:
            store.lock.release()


def _identity(source: Source) -> str:
    """What two targets share when they are the same checkpoint."""
    root = getattr(source, "root", None)
    return f"{root.resolve()}:{source.name}" if isinstance(root, Path) else f"{source.kind}:{source.name}@{source.revision}"
