"""Files below a folder of this machine: what the sources of folders, of the Hub's cache and of Ollama's store have in common."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from modelcheck.errors import Absent, Broken
from modelcheck.findings import Span

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
_LEADS_OUT = "is a link that leads out of the checkpoint's folder and is not followed"


class LocalFiles:
    """The files below ``root``. Links are followed only if they stay inside ``boundary`` (None: wherever they lead)."""

    def __init__(self, root: Path, *, name: str | None = None, revision: str | None = None, boundary: Path | None = None) -> None:
        self.root = root
        self.name = name or root.resolve().name
        self.revision = revision
        self._boundary = boundary.resolve() if boundary else None
        self._found: dict[str, int | None] | None = None
        self._real_folders: dict[str, tuple[str, bool]] = {}
        self._shown_root = ""
        self.unread: dict[str, str] = {}
        """Folder → why its files are not listed, once ``files`` was asked for."""

    def files(self) -> Mapping[str, int | None]:
        """Return every file below the root, at most twelve folders deep; links to folders are not entered. Raises Broken."""
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
                self.unread[prefix] = f"cannot be listed: {error.strerror}"
                return
            raise Broken(Span("."), f"cannot be listed: {error.strerror}") from None
        for entry in entries:
            if len(found) > MAX_FILES:
                raise Broken(Span("."), f"holds more than {MAX_FILES:,} files")
            path = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                if entry.name in _NOT_ENTERED:
                    continue
                if depth < MAX_DEPTH:
                    self._walk(Path(entry.path), path + "/", depth + 1, found)
                else:
                    self.unread[path + "/"] = f"lies more than {MAX_DEPTH} folders deep"
                continue
            try:
                state = entry.stat()
            except OSError:  # a link that leads nowhere or to itself
                continue
            if stat.S_ISREG(state.st_mode):
                found[path] = state.st_size

    def read(self, path: str, limit: int) -> bytes:
        """Return a file's bytes. Raises Absent, or Broken if it is not a plain file, is outside, or is longer than ``limit``."""
        with self._opened(path) as file:
            size = os.fstat(file.fileno()).st_size
            if size > limit:
                raise Broken(Span(path), f"is {size:,} bytes long; modelcheck reads at most {limit:,} of such a file")
            return file.read(limit)

    def read_range(self, path: str, start: int, length: int) -> bytes:
        """Return some bytes of a file. Raises Absent, Broken."""
        with self._opened(path) as file:
            file.seek(start)
            return file.read(length)

    @contextmanager
    def _opened(self, path: str) -> Iterator[BinaryIO]:
        with self._own_errors(path), open(self._real(path), "rb") as file:  # noqa: PTH123 - plain paths are faster
            yield file

    def local(self, path: str) -> Path:
        """Return where a file really is, links resolved. Raises Absent, or Broken if it is not a plain file or is outside."""
        with self._own_errors(path):
            return Path(self._real(path))

    def _real(self, path: str) -> str:
        folder, _, name = self._inside(path).rpartition("/")
        real_folder, inside = self._real_folder(folder)
        real = os.path.join(real_folder, name)  # noqa: PTH118 - plain paths are faster, and every file of a tree comes here
        if not inside and not Path(real).is_symlink() and not self._within(Path(real)):
            raise Broken(Span(path), _LEADS_OUT)  # also of a file that is not there: whether one is outside is not told
        state = os.lstat(real)
        if stat.S_ISLNK(state.st_mode):
            resolved = Path(real).resolve(strict=True)
            state = resolved.stat()
            if not self._within(resolved):
                raise Broken(Span(path), _LEADS_OUT)
            real = str(resolved)
        if not stat.S_ISREG(state.st_mode):
            raise Broken(Span(path), "is not a plain file")
        return real

    def _real_folder(self, folder: str) -> tuple[str, bool]:
        """Where a folder really is, and whether that is inside the boundary; asked once, since a tree has many files in each."""
        if folder not in self._real_folders:
            real = (self.root / folder).resolve(strict=True)
            self._real_folders[folder] = str(real), self._within(real)
        return self._real_folders[folder]

    def _within(self, real: Path) -> bool:
        return self._boundary is None or real.is_relative_to(self._boundary)

    @contextmanager
    def _own_errors(self, path: str) -> Iterator[None]:
        """Turn the operating system's errors into Absent and Broken."""
        try:
            yield
        except FileNotFoundError:
            if self.place(path).is_symlink():
                raise Broken(Span(path), "is a link that leads nowhere") from None
            raise Absent(f"no {path}") from None
        except NotADirectoryError:
            raise Absent(f"no {path}") from None
        except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before Python 3.13
            reason = (error.strerror if isinstance(error, OSError) else None) or "a link that leads to itself"
            raise Broken(Span(path), f"cannot be read: {reason}") from None

    def place(self, path: str) -> Path:
        """Return where a file of the checkpoint is. Raises Broken for a path that leads outside."""
        return self.root / self._inside(path)

    def _inside(self, path: str) -> str:
        """Where a file is, from the root. Raises Broken for a path that leads outside."""
        if path.startswith("/") or ".." in path.split("/"):
            raise Broken(Span(path), "lies outside the checkpoint and is not followed")
        return path

    def shown(self, path: str) -> str:
        """Return the path from the working folder, or the whole path if that is shorter."""
        if not self._shown_root:
            self._shown_root = shown_path(self.root)
        path = path.rstrip("/")
        return path if self._shown_root == "." else f"{self._shown_root.rstrip('/')}/{path}"


def shown_path(path: Path) -> str:
    """Return the shorter of the path from the working folder and the whole path."""
    try:
        absolute = os.path.normpath(path.absolute())
        relative = os.path.relpath(absolute)
        return Path(relative if len(relative) <= len(absolute) else absolute).as_posix()
    except ValueError:  # on another drive
        return Path(absolute).as_posix()
    except OSError:  # the working folder is gone
        return str(path)
