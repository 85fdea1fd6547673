"""The faults that a run has reported, each of which is reported once: unreadable files, and crashes of plug-in code."""

from __future__ import annotations

import threading

from modelcheck.errors import Broken, Crash, PluginError


class ReportedFaults:
    """Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: set[tuple[str | None, ...]] = set()

    def new_file(self, path: str, broken: Broken) -> bool:
        """Whether a fault of the file at ``path`` is reported for the first time."""
        return self._new(("file", path, broken.message))

    def new_crash(self, crash: Crash, target: str) -> bool:
        """Whether a crash on a target is reported for the first time: many facts of one target may meet the same."""
        return self._new(("crash", crash.name, crash.plugin, crash.cause, crash.where or target))

    def new_mistake(self, mistake: PluginError) -> bool:
        """Whether a mistake of a plug-in's code is reported for the first time, whatever the target that shows it."""
        at = mistake.at
        return self._new(("mistake", mistake.plugin, mistake.message.partition(": ")[0] if at else mistake.message, str(at)))

    def _new(self, fault: tuple[str | None, ...]) -> bool:
        with self._lock:
            new = fault not in self._known
            self._known.add(fault)
        return new
