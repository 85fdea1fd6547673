"""A checkpoint that exists in memory only."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from modelcheck.errors import Absent, Broken
from modelcheck.findings import Span


class MemorySource:
    """Files by path; text is encoded as UTF-8. ``kind`` may be set to pose as another source."""

    def __init__(self, files: Mapping[str, str | bytes], name: str = "memory", kind: str = "folder") -> None:
        self.kind = kind
        self.name = name
        self.revision: str | None = None
        self.root = Path("/nowhere") / name  # a folder that no link leads out of
        self._files = {path: content.encode() if isinstance(content, str) else content for path, content in files.items()}

    def files(self) -> Mapping[str, int | None]:
        """Paths and sizes."""
        return {path: len(content) for path, content in self._files.items()}

    def read(self, path: str, limit: int) -> bytes:
        """A file's bytes. Raises Absent, or Broken for one longer than ``limit``."""
        if path not in self._files:
            raise Absent(f"no {path}")
        if len(self._files[path]) > limit:
            raise Broken(Span(path), f"is {len(self._files[path]):,} bytes long; modelcheck reads at most {limit:,} of such a file")
        return self._files[path]

    def read_range(self, path: str, start: int, length: int) -> bytes:
        """Some bytes of a file. Raises Absent."""
        return self.read(path, 2**40)[start : start + length]

    def shown(self, path: str) -> str:
        """The path itself."""
        return path
