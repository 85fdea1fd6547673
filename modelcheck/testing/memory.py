"""A checkpoint, or a tree of deployment files, in memory."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

from modelcheck.errors import Absent, Broken
from modelcheck.findings import Span


class MemorySource:
    """Files by path; text is encoded as UTF-8. ``kind`` may be set to act as another source, such as ``hub``."""

    def __init__(self, files: Mapping[str, str | bytes], name: str = "memory", kind: str = "folder") -> None:
        self.kind = kind
        self.name = name
        self.revision: str | None = None
        self.facts: Mapping[type, Any] = {}
        self.nearby = kind in ("folder", "cache")
        self._files = {path: content.encode() if isinstance(content, str) else content for path, content in files.items()}

    def files(self) -> Mapping[str, int | None]:
        """Return paths and sizes."""
        return {path: len(content) for path, content in self._files.items()}

    def read(self, path: str, limit: int) -> bytes:
        """Return a file's bytes. Raises Absent, or Broken for one longer than ``limit``."""
        if path not in self._files:
            raise Absent(f"no {path}")
        if len(self._files[path]) > limit:
            raise Broken(Span(path), f"is {len(self._files[path]):,} bytes long; modelcheck reads at most {limit:,} of such a file")
        return self._files[path]

    def read_range(self, path: str, start: int, length: int) -> bytes:
        """Return some bytes of a file. Raises Absent."""
        return self.read(path, 2**40)[start : start + length]

    def shown(self, path: str) -> str:
        """Return the path itself."""
        return path

    def folder(self, path: str) -> MemorySource | None:
        """Return the files below a folder as a source; None if there are none."""
        prefix = "" if posixpath.normpath(path) == "." else f"{posixpath.normpath(path)}/"
        inside = {name.removeprefix(prefix): content for name, content in self._files.items() if name.startswith(prefix)}
        return MemorySource(inside, posixpath.basename(prefix[:-1]) or self.name) if inside else None
