"""Readers: which models a deployment, training or evaluation file uses. ``formats/`` knows files, ``launch/`` knows programs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from posixpath import normpath
from typing import TYPE_CHECKING

from modelcheck.documents.text import decode
from modelcheck.errors import Absent, Broken
from modelcheck.hooks import hookimpl
from modelcheck.sources import Source

if TYPE_CHECKING:
    from modelcheck.registry import Registry

MAX_NEIGHBOUR = 2**20


@dataclass(frozen=True, slots=True, eq=False)
class NeighbourFiles:
    """The files around a scanned one, inside the scanned tree. ``folder`` is the scanned file's, from the tree's root."""

    tree: Source
    folder: str

    def text(self, path: str) -> str | None:
        """A file's text by its path from the scanned one; None if it is missing, outside of the tree or unreadable."""
        whole = self._whole(path)
        if whole.startswith(("..", "/")):
            return None
        try:
            return decode(whole, self.tree.read(whole, MAX_NEIGHBOUR))
        except (Absent, Broken):
            return None

    def shown(self, path: str) -> str:
        """A file's path as findings show it."""
        return self.tree.shown(self._whole(path))

    def _whole(self, path: str) -> str:
        return normpath(PurePosixPath(self.folder, path).as_posix())


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """A file inside of a file: Python in a ConfigMap, a manifest in a heredoc. A reader yields it to have it read as ``name`` is.

    ``line`` and ``column`` are where its first line begins in the outer file, from 1; ``column`` is the same for all its lines.
    """

    name: str
    text: str
    line: int
    column: int = 1


@hookimpl
def modelcheck_register(registry: Registry) -> None:
    """Brings every reader of this package. ``launch`` has none: what a reader needs of it is imported with the reader."""
    registry.scan(__name__, readers=("formats", "launch"))
