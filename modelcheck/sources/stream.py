"""Standard input and named pipes: a tree of one file, which another program writes: ``helm template . | modelcheck scan -``."""

from __future__ import annotations

import errno
import sys
from bisect import bisect_right
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from modelcheck.errors import Absent, TargetError
from modelcheck.findings import Span
from modelcheck.hooks import hookimpl
from modelcheck.patterns import lazy
from modelcheck.piped import drain
from modelcheck.sources import Access, Source
from modelcheck.sources.folder import FolderSource
from modelcheck.sources.target import Target

MAX_BYTES = 64 * 2**20
_SOURCE = lazy(r"(?m)^# Source: (?P<path>[^\n\r]{1,400})$")
_STARTS = lazy(r"(?m)^---")


class StreamSource:
    """The file ``name`` with what was read. With ``beside``, files of the working folder are its neighbours."""

    kind = "stream"
    nearby = True
    revision: str | None = None

    def __init__(self, name: str, content: bytes, beside: FolderSource | None) -> None:
        self.name = name
        self._content = content
        self._beside = beside

    def files(self) -> Mapping[str, int | None]:
        """Return the files beside it, and the file itself."""
        beside = self._beside.files() if self._beside else {}
        return {**beside, self.name: len(self._content)}

    def read(self, path: str, limit: int) -> bytes:
        """Return what was read, whole; a neighbour's bytes. Raises Absent, Broken."""
        if path == self.name:
            return self._content
        if self._beside is None:
            raise Absent(f"no {path}")
        return self._beside.read(path, limit)

    def read_range(self, path: str, start: int, length: int) -> bytes:
        """Return some bytes of a file. Raises Absent, Broken."""
        return self.read(path, MAX_BYTES)[start : start + length]

    def shown(self, path: str) -> str:
        """Return the path itself, or a neighbour's from the working folder."""
        return path if path == self.name or self._beside is None else self._beside.shown(path)

    def folder(self, path: str) -> FolderSource | None:
        """Return a folder beside it."""
        return self._beside.folder(path) if self._beside else None

    @cached_property
    def _origins(self) -> list[tuple[int, str]]:
        """The line of each ``# Source:`` comment with its path, and of each document's start with none."""
        text = self._content.decode("utf-8", "replace")
        found = [(one.start(), one["path"].strip()) for one in _SOURCE.finditer(text)]
        found += [(one.start(), "") for one in _STARTS.finditer(text)]
        line, last, lines = 1, 0, []
        for start, path in sorted(found):
            line += text.count("\n", last, start)
            lines.append((line, path))
            last = start
        return lines

    def origin(self, at: Span) -> str | None:
        """The file that a place was made from, as Helm's ``# Source:`` comments say; None where none says so."""
        place = bisect_right(self._origins, at.line or 0, key=lambda one: one[0]) - 1
        return (self._origins[place][1] or None) if at.path == self.name and place >= 0 else None


@hookimpl
def modelcheck_open(target: Target, access: Access) -> Source | None:
    """Read standard input or a pipe to its end. Raises TargetError for more than 64 MiB, and for none."""
    if target.kind != "stream":
        return None
    try:
        content = sys.stdin.buffer.read(MAX_BYTES + 1) if target.path is None else drain(target.path, MAX_BYTES + 1, access.timeout)
    except OSError as error:
        if error.errno == errno.ETIMEDOUT:
            raise TargetError("unreadable", f"{target.text} is {error.strerror}") from None
        raise TargetError("unreadable", f"{target.text} cannot be read: {error.strerror}") from None
    if len(content) > MAX_BYTES:
        raise TargetError("unreadable", f"{target.text} gives more than {MAX_BYTES // 2**20} MiB")
    if not content.strip():
        raise TargetError("unreadable", f"{target.text} is empty: the command before it may have failed")
    given = access.stdin_name
    beside = FolderSource(Path.cwd(), boundary=Path.cwd()) if given else None
    return StreamSource(given or ("stdin.json" if content.lstrip()[:1] in (b"{", b"[") else "stdin.yaml"), content, beside)
