"""A local folder, and a GGUF file in one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from modelcheck.errors import Absent
from modelcheck.hooks import hookimpl
from modelcheck.patterns import lazy
from modelcheck.sources import Access, Source
from modelcheck.sources.local_files import LocalFiles
from modelcheck.sources.target import Target

_SPLIT = lazy(r"-\d+-of-\d+\.gguf$")


class FolderSource(LocalFiles):
    """A folder that the user named, or that a scanned file names: a tree, which may be a checkpoint or hold deployment files."""

    kind = "folder"
    nearby = True

    def folder(self, path: str) -> FolderSource | None:
        """Return a folder inside this one as a source; None if it is missing or outside."""
        inside = self.root / path
        if not inside.is_dir() or not inside.resolve().is_relative_to(self.root.resolve()):
            return None
        return FolderSource(inside, boundary=inside)


class GgufSource(LocalFiles):
    """One GGUF file, with the other parts of a split one. Other files of its folder are not part of it."""

    kind = "folder"
    nearby = True

    def __init__(self, file: Path) -> None:
        super().__init__(file.parent, name=file.stem, boundary=file.parent)
        self._file = file

    def files(self) -> Mapping[str, int | None]:
        """Return the file and its parts."""
        split = _SPLIT.sub("", self._file.name)
        parts = {
            path for path in self._file.parent.glob("*.gguf") if split != self._file.name and _SPLIT.sub("", path.name) == split
        }
        return {path.name: path.stat().st_size for path in sorted(parts | {self._file}) if path.is_file()}

    def read(self, path: str, limit: int) -> bytes:
        """Return a part's bytes. Raises Absent for every other file, Broken."""
        if not path.endswith(".gguf"):
            raise Absent(f"no {path}")
        return super().read(path, limit)


@hookimpl
def modelcheck_open(target: Target, access: Access) -> Source | None:
    """Open a folder, a GGUF file, or the folder of another file."""
    if target.path is None:
        return None
    if target.kind == "file" and target.path.suffix == ".gguf":
        return GgufSource(target.path)
    folder = target.path.parent if target.kind == "file" else target.path
    return FolderSource(folder, name=access.name, boundary=folder)
