"""The checkpoints of a run: the facts and the report of each, computed once however many targets and files name it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from modelcheck.engine.later import Later
from modelcheck.engine.store import FactStore
from modelcheck.report import CheckpointReport
from modelcheck.sources import OnDisk, Source

MakeStore = Callable[[Source, tuple[str, ...], FactStore | None], FactStore]
"""Makes the facts of a source, for the chain of checkpoints that leads to it and ends with it; with a parent that has the rest."""


class _Entry:
    """One checkpoint: its facts, those of them that depend on the chain that asks, and its report as soon as there is one."""

    def __init__(self, same_for_all: FactStore) -> None:
        self.same_for_all = same_for_all
        self.stores: dict[tuple[str, ...], FactStore] = {}
        self.report: Later[CheckpointReport] = Later()
        self.claimed = False
        self.asked = False


class CheckpointTable:
    """Checkpoints by identity. Safe to use from many threads.

    What another checkpoint is judged to be may depend on this one: on its parent, say, whose card may name this one as its
    own. So a judgement is made for each chain of checkpoints that leads to it, whatever is asked for first and by which thread.
    """

    def __init__(self, make_store: MakeStore) -> None:
        self._make_store = make_store
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}

    def claim(self, source: Source, *, asked: bool) -> tuple[CheckpointReport | None, FactStore]:
        """Return a checkpoint's report and facts. The report is None if the caller has to make and publish it.

        ``asked`` is set for a target of the command line. A checkpoint that only files have used has a report, but the rules about
        it have not run: its first claim with ``asked`` gets None as well.
        """
        with self._lock:
            entry = self._entry(source)
            store = self._store(entry, source, ())
            first = not entry.claimed or (asked and not entry.asked)
            entry.claimed, entry.asked = True, entry.asked or asked
        return (None, store) if first else (entry.report.wait(), store)

    def facts(self, source: Source, asking: tuple[str, ...] = ()) -> FactStore:
        """Return the facts of a checkpoint, for the chain of those that ask for it, by their identities."""
        with self._lock:
            return self._store(self._entry(source), source, asking)

    def publish(self, source: Source, report: CheckpointReport) -> None:
        """Hand a checkpoint's report to everyone who waits for it."""
        self._entries[identity_of(source)].report.give(report)

    def give_up(self, source: Source, error: BaseException) -> None:
        """Raise an error for everyone who waits for a checkpoint's report."""
        self._entries[identity_of(source)].report.give(error=error)

    def _entry(self, source: Source) -> _Entry:
        identity = identity_of(source)
        if identity not in self._entries:
            self._entries[identity] = _Entry(self._make_store(source, (identity,), None))
        return self._entries[identity]

    def _store(self, entry: _Entry, source: Source, asking: tuple[str, ...]) -> FactStore:
        if asking not in entry.stores:
            entry.stores[asking] = self._make_store(source, (*asking, identity_of(source)), entry.same_for_all)
        return entry.stores[asking]


def identity_of(source: Source) -> str:
    """Return what two sources have in common if they are the same checkpoint."""
    if isinstance(source, OnDisk):
        return f"{source.root.resolve()}:{source.name}"
    return f"{source.kind}:{source.name}@{source.revision}"
