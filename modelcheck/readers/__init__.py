"""What a deployment file says about the models it uses, one file a format."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from modelcheck.documents.text import decode
from modelcheck.errors import Absent, Broken
from modelcheck.hooks import hookimpl
from modelcheck.sources import Source

if TYPE_CHECKING:
    from modelcheck.registry import Registry

MAX_BESIDE = 2**20


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """The files around a scanned one, inside the scanned tree. ``folder`` is the scanned file's, from the tree's root."""

    tree: Source
    folder: str

    def text(self, path: str) -> str | None:
        """A file by its path from the scanned one; None where there is none, or it lies outside or cannot be read."""
        whole = (PurePosixPath(self.folder) / path).as_posix()
        try:
            return decode(whole, self.tree.read(whole, MAX_BESIDE))
        except (Absent, Broken):
            return None


@hookimpl
def modelcheck_register(registry: Registry) -> None:
    """Brings every reader of this package."""
    registry.scan(__name__)
