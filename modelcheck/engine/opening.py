"""Opens targets through the plug-ins' hooks, each target once in a run."""

from __future__ import annotations

import threading
from typing import Protocol

from modelcheck.blame import blame
from modelcheck.engine.later import Later
from modelcheck.errors import TargetError
from modelcheck.records import replace
from modelcheck.sources import Access, Opened, Source
from modelcheck.sources.target import Target, parse_target, without_password


class Opener(Protocol):
    """What a run needs of the plug-ins."""

    def open(self, target: Target, access: Access) -> Opened | None:
        """Return a target's source; None if no plug-in opens it. Raises TargetError, Broken, Crash."""


class Opening:
    """The targets of a run, with their sources. Safe to use from many threads."""

    def __init__(self, opener: Opener, access: Access) -> None:
        self._opener = opener
        self._access = access
        self._lock = threading.Lock()
        self._opened: dict[Target, Later[Opened | None]] = {}
        self._plugins: dict[int, str] = {}

    def read(self, text: str) -> tuple[Target, Source | None]:
        """Return what a text names, and its source.

        The plug-ins are asked before a text is refused, so that one of them may own a scheme. Raises TargetError, Broken, Crash.
        """
        try:
            target = parse_target(text)
        except TargetError as refusal:
            other = Target(without_password(text), "other", id=text)
            may_be_a_plugins = refusal.kind == "not-found" and text.strip() and "\0" not in text
            source = self.open(other) if may_be_a_plugins else None
            if source is None:
                raise
            return other, source
        return target, self.open(target)

    def open(self, target: Target) -> Source | None:
        """Return a target's source; None if no plug-in opens it. Raises TargetError, Broken, Crash."""
        same = replace(target, text=target.id or target.text)
        with self._lock:
            later = self._opened.get(same)
            first = later is None
            if later is None:
                later = self._opened[same] = Later()
        if first:
            self._give(later, target)
        opened = later.wait()
        return opened.source if opened else None

    def _give(self, later: Later[Opened | None], target: Target) -> None:
        try:
            opened = self._opener.open(target, self._access)
            if opened and not opened.plugin.startswith("modelcheck"):
                from modelcheck.engine.checked_source import checked_source

                with blame(f"source {type(opened.source).__name__}", opened.plugin, target.text):
                    opened = Opened(checked_source(opened.source), opened.plugin)
        except BaseException as error:  # also an interrupt: no thread may wait for ever
            later.give(error=error)
            raise
        if opened:
            self._plugins[id(opened.source)] = opened.plugin
        later.give(opened)

    def opened_by(self, source: Source) -> str:
        """Return the plug-in that opened a source; empty for one that the engine made."""
        return self._plugins.get(id(source), "")
