"""A folder that records what its readers ask for, so that it can be asked for again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from modelcheck.errors import Absent, Broken
from modelcheck.sources.folder import FolderSource

Request = tuple[str, str, int, int]
"""``read``, ``range``, ``files`` or ``names``; the path, and the numbers that the request has."""
MOST = 100_000
"""Requests that are kept; the readers of a larger folder are run each time."""


class TracedFolder(FolderSource):
    """The same folder. ``trace`` is everything that was asked for: request → digest of the answer; all of it if ``complete``."""

    def __init__(self, folder: FolderSource) -> None:
        vars(self).update(vars(folder))
        self.trace: dict[Request, str] = {}
        self.complete = True
        self._reading = False

    def files(self) -> Mapping[str, int | None]:
        """As of the folder. Only the names are traced: no reader asks for the sizes."""
        found = super().files()
        self._note(("files", "", 0, 0), "\n".join(found).encode("utf-8", "surrogateescape"))
        return found

    def read(self, path: str, limit: int) -> bytes:
        """As of the folder."""
        return self._asked(("read", path, limit, 0), lambda: super(TracedFolder, self).read(path, limit))

    def read_range(self, path: str, start: int, length: int) -> bytes:
        """As of the folder."""
        return self._asked(("range", path, start, length), lambda: super(TracedFolder, self).read_range(path, start, length))

    def place(self, path: str) -> Path:
        """As of the folder. Whoever asks for the place of a folder lists it."""
        found = super().place(path)
        if not self._reading:
            self._note(("names", path, 0, 0), _names(found))
        return found

    def local(self, path: str) -> Path:
        """As of the folder. What a library reads there cannot be traced."""
        self.complete = False
        return super().local(path)

    def folder(self, path: str) -> FolderSource | None:
        """As of the folder. A folder in it is not traced."""
        self.complete = False
        return super().folder(path)

    def _asked(self, request: Request, ask: Callable[[], bytes]) -> bytes:
        self._reading = True
        try:
            found = ask()
        except (Absent, Broken) as error:
            self._note(request, _failed(error))
            raise
        finally:
            self._reading = False
        self._note(request, b"+" + found)
        return found

    def _note(self, request: Request, answer: bytes) -> None:
        if len(self.trace) < MOST:
            self.trace[request] = _digest(answer)
        else:
            self.complete = False


def same(folder: FolderSource, trace: Iterable[tuple[Request, str]], seen: Callable[[str, bytes], None]) -> bool:
    """Whether a folder answers every request of a trace as it did. ``seen`` gets each file that is read, with its path."""
    for (kind, path, first, second), digest in trace:
        try:
            if kind == "read":
                content = folder.read(path, first)
                seen(path, content)
                answer = b"+" + content
            elif kind == "range":
                answer = b"+" + folder.read_range(path, first, second)
            elif kind == "files":
                answer = "\n".join(folder.files()).encode("utf-8", "surrogateescape")
            else:
                answer = _names(folder.place(path))
        except (Absent, Broken) as error:
            answer = _failed(error)
        if _digest(answer) != digest:
            return False
    return True


def _names(folder: Path) -> bytes:
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if entry.is_file())
    except OSError:
        names = []
    return "\n".join(names).encode("utf-8", "surrogateescape")


def _failed(error: Absent | Broken) -> bytes:
    return f"-{type(error).__name__}: {error}".encode("utf-8", "replace")


def _digest(answer: bytes) -> str:
    return hashlib.blake2b(answer, digest_size=20).hexdigest()
