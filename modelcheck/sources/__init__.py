"""Where the bytes of a checkpoint are: a folder, the Hub's cache, the Hub, or nowhere but in its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Semaphore
from typing import Protocol, runtime_checkable


class Source(Protocol):
    """One checkpoint at one revision. The engine asks it for facts' raw material; it never runs anything it holds."""

    @property
    def kind(self) -> str:
        """``folder``, ``cache``, ``hub``, ``name`` or what a plug-in calls its own."""

    @property
    def name(self) -> str:
        """The Hub id, or a folder's name."""

    @property
    def revision(self) -> str | None:
        """The commit, where it is known."""

    def files(self) -> Mapping[str, int | None]:
        """Every file's path from the checkpoint's root, with its size in bytes where known. Raises Absent."""

    def read(self, path: str, limit: int) -> bytes:
        """A file's bytes. Raises Absent where there is none, Broken where it is longer than ``limit`` bytes or unreadable."""

    def read_range(self, path: str, start: int, length: int) -> bytes:
        """``length`` bytes of a file from ``start``, fewer only at its end. Raises Absent, Broken."""

    def shown(self, path: str) -> str:
        """The path as a person finds it: from the working folder for local files, from the root otherwise."""


@runtime_checkable
class OnDisk(Protocol):
    """A source whose files lie on this machine, so that a library can open them by itself."""

    root: Path

    def place(self, path: str) -> Path:
        """Where a file lies, links not followed. Raises Broken for one that would lie outside."""

    def local(self, path: str) -> Path:
        """A plain file, links followed as far as they may be. Raises Absent, Broken."""


@dataclass(slots=True, eq=False)
class Access:
    """What a source may use. ``timeout`` is in seconds for each target; ``slots`` bounds the requests that are under way.

    ``model`` is the one to take of a server that has many. ``unreachable`` is set by the first request that finds no Hub, so that
    no other one waits.
    """

    network: bool
    timeout: float = 30.0
    slots: Semaphore = field(default_factory=lambda: Semaphore(8))
    unreachable: str | None = None
    model: str | None = None
