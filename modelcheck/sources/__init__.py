"""Where the bytes of a checkpoint are: a folder, the Hub's cache, the Hub, or nowhere but in its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Semaphore
from typing import Protocol


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


@dataclass(slots=True)
class Access:
    """What a source may use. ``timeout`` is in seconds for each target; ``slots`` bounds the requests that are under way.

    ``unreachable`` is set by the first request that finds no Hub, so that no other one waits.
    """

    network: bool
    timeout: float = 30.0
    slots: Semaphore = field(default_factory=lambda: Semaphore(8))
    unreachable: str | None = None
