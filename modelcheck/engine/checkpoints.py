"""The checkpoints of a run: the facts and the report of each, computed once however many targets and files name it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from modelcheck.engine.later import Later
from modelcheck.engine.store import FactStore
from modelcheck.report import CheckpointReport
from modelcheck.sources import OnDisk, Source


class _Entry:
    """One checkpoint: its facts, and its report as soon as there is one."""

    def __init__(self, store: FactStore) -> None:
        self.store = store
        self.report: Later[CheckpointReport] = Later()
        self.claimed = False
        self.asked = False


class CheckpointTable:
    """Checkpoints by identity. ``make_store`` makes the facts of a source at a depth. Safe to use from many threads."""

    def __init__(self, make_store: Callable[[Source, int], FactStore]) -> None:
        self._make_store = make_store
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}

    def claim(self, source: Source, *, asked: bool) -> tuple[CheckpointReport | None, FactStore]:
        """Return a checkpoint's report and facts. The report is None if the caller has to make and publish it.

        ``asked`` is set for a target of the command line. A checkpoint that only files have used has a report, but the rules about
        it have not run: its first claim with ``asked`` gets None as well.
        """
        with self._lock:
            entry = self._entry(source, 0)
            first = not entry.claimed or (asked and not entry.asked)
            entry.claimed, entry.asked = True, entry.asked or asked
        return (None, entry.store) if first else (entry.report.wait(), entry.store)

    def facts(self, source: Source, depth: int = 0) -> FactStore:
        """Return the facts of a checkpoint, ``depth`` references away from a target."""
        with self._lock:
            return self._entry(source, depth).store

    def publish(self, source: Source, report: CheckpointReport) -> None:
        """Hand a checkpoint's report to everyone who waits for it."""
        self._entries[_identity(source)].report.give(report)

    def give_up(self, source: Source, error: BaseException) -> None:
        """Raise an error for everyone who waits for a checkpoint's report."""
        self._entries[_identity(source)].report.give(error=error)

    def _entry(self, source: Source, depth: int) -> _Entry:
        identity = _identity(source)
        if identity not in self._entries:
            self._entries[identity] = _Entry(self._make_store(source, depth))
        return self._entries[identity]


def _identity(source: Source) -> str:
    """What two sources have in common if they are the same checkpoint."""
    if isinstance(source, OnDisk):
        return f"{source.root.resolve()}:{source.name}"
    return f"{source.kind}:{source.name}@{source.revision}"
