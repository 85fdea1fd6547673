"""A checkpoint in a local folder."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from modelcheck.errors import Absent, Broken
from modelcheck.findings import Span
from modelcheck.hookspecs import hookimpl
from modelcheck.sources import Source
from modelcheck.sources.target import Target

MAX_FILES = 200_000
MAX_DEPTH = 12
_NOT_ENTERED = frozenset(
    (
        ".git",
        ".hg",
        ".svn",
        "node_modules",
        "__pycache__",
        ".venv",
        "venv",
        ".tox",
        ".nox",
        ".mypy_cache",
        ".ruff_cache",
        "site-packages",
    )
)
_SPLIT = re.compile(r"-\d+-of-\d+\.gguf$")


class FolderSource:
    """A folder on this machine. Links are followed only where they stay inside ``boundary`` (None: wherever they lead)."""

    kind = "folder"

    def __init__(self, root: Path, *, name: str | None = None, revision: str | None = None, boundary: Path | None = None) -> None:
        self.root = root
        self.name = name or root.resolve().name
        self.revision = revision
        self._boundary = boundary.resolve() if boundary else None
        self._found: dict[str, int | None] | None = None

    def files(self) -> Mapping[str, int | None]:
        """Every file below the root, twelve folders deep at most; links to folders are not entered. Raises Broken."""
        if self._found is None:
            found: dict[str, int | None] = {}
            self._walk(self.root, "", 0, found)
            self._found = found
        return self._found

    def _walk(self, folder: Path, prefix: str, depth: int, found: dict[str, int | None]) -> None:
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            if depth:  # a folder that may not be entered hides its files, not the others
                return
            raise Broken(Span("."), f"cannot be listed: {error.strerror}") from None
        for entry in entries:
            if len(found) > MAX_FILES:
                raise Broken(Span("."), f"holds more than {MAX_FILES:,} files")
            path = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                if depth < MAX_DEPTH and entry.name not in _NOT_ENTERED:
                    self._walk(Path(entry.path), path + "/", depth + 1, found)
                continue
            try:
                state = entry.stat()
            except OSError:  # a link that leads nowhere or to itself
                continue
            if stat.S_ISREG(state.st_mode):
                found[path] = state.st_size

    def read(self, path: str, limit: int) -> bytes:
        """A file's bytes. Raises Absent, or Broken for what is no plain file, lies outside, or is longer than ``limit``."""
        with self._opened(path) as file:
            size = os.fstat(file.fileno()).st_size
            if size > limit:
                raise Broken(Span(path), f"is {size:,} bytes long; modelcheck reads at most {limit:,} of such a file")
            return file.read(limit)

    def read_range(self, path: str, start: int, length: int) -> bytes:
        """Some bytes of a file. Raises Absent, Broken."""
        with self._opened(path) as file:
            file.seek(start)
            return file.read(length)

    @contextmanager
    def _opened(self, path: str) -> Iterator[BinaryIO]:
        with self._failing_as_ours(path), self._real(path).open("rb") as file:
            yield file

    def local(self, path: str) -> Path:
        """Where a file really lies. Raises Absent, or Broken for what is no plain file or lies outside."""
        with self._failing_as_ours(path):
            return self._real(path)

    def _real(self, path: str) -> Path:
        real = self.place(path).resolve(strict=True)
        if self._boundary and not real.is_relative_to(self._boundary):
            raise Broken(Span(path), "is a link that leads out of the checkpoint's folder and is not followed")
        if not real.is_file():
            raise Broken(Span(path), "is not a plain file")
        return real

    @contextmanager
    def _failing_as_ours(self, path: str) -> Iterator[None]:
        """What the system says of a file, as what modelcheck says of it."""
        try:
            yield
        except FileNotFoundError:
            if self.place(path).is_symlink():
                raise Broken(Span(path), "is a link that leads nowhere") from None
            raise Absent(f"no {path}") from None
        except NotADirectoryError:
            raise Absent(f"no {path}") from None
        except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before Python 3.13
            reason = getattr(error, "strerror", None) or "a link that leads to itself"
            raise Broken(Span(path), f"cannot be read: {reason}") from None

    def place(self, path: str) -> Path:
        """Where a file of the checkpoint lies. Raises Broken for one that would lie outside."""
        parts = PurePosixPath(path)
        if parts.is_absolute() or ".." in parts.parts:
            raise Broken(Span(path), "lies outside the checkpoint and is not followed")
        return self.root / path

    def shown(self, path: str) -> str:
        """The path from the working folder, or the whole path where that is shorter."""
        return shown_path(self.root / path)


def shown_path(path: Path) -> str:
    """A path as short as it can be said from the working folder."""
    try:
        absolute = os.path.normpath(path.absolute())
        relative = os.path.relpath(absolute)
        return Path(relative if len(relative) <= len(absolute) else absolute).as_posix()
    except ValueError:  # on another drive
        return Path(absolute).as_posix()
    except OSError:  # the working folder is gone
        return str(path)


class GgufSource(FolderSource):
    """One GGUF file, with the other parts of a split one. The folder that it lies in may hold anything."""

    def __init__(self, file: Path) -> None:
        super().__init__(file.parent, name=file.stem, boundary=file.parent)
        self._file = file

    def files(self) -> Mapping[str, int | None]:
        """The file and its parts."""
        split = _SPLIT.sub("", self._file.name)
        parts = {
            path for path in self._file.parent.glob("*.gguf") if split != self._file.name and _SPLIT.sub("", path.name) == split
        }
        return {path.name: path.stat().st_size for path in sorted(parts | {self._file})}

    def read(self, path: str, limit: int) -> bytes:
        """A part's bytes; what else lies in the folder is not this checkpoint's. Raises Absent, Broken."""
        if not path.endswith(".gguf"):
            raise Absent(f"no {path}")
        return super().read(path, limit)


@hookimpl
def modelcheck_open(target: Target) -> Source | None:
    """Opens a folder, a GGUF file, and the folder that a checkpoint's own file lies in."""
    if target.path is None:
        return None
    if target.kind == "file":
        return (
            GgufSource(target.path)
            if target.path.suffix == ".gguf"
            else FolderSource(target.path.parent, boundary=target.path.parent)
        )
    return FolderSource(target.path, boundary=target.path)
