"""The version of a target without a commit of its own."""

from __future__ import annotations

import hashlib
from pathlib import Path

from modelcheck.errors import Absent, Broken
from modelcheck.fleet.git import local_commit
from modelcheck.sources import OnDisk, Source
from modelcheck.sources.folder import FolderSource


def version_of(source: Source) -> str:
    """The version of a checkpoint without a commit: a digest of its files' names, sizes and times."""
    digest = hashlib.sha256()
    try:
        for path, size in sorted(source.files().items()):
            digest.update(f"{path}\0{size}\0{_changed(source, path)}\n".encode("utf-8", "surrogateescape"))
    except Absent:
        return "name"  # nothing but the name is known
    return f"files:{digest.hexdigest()[:32]}"


def _changed(source: Source, path: str) -> int:
    if not isinstance(source, OnDisk):
        return 0
    try:
        return source.place(path).stat().st_mtime_ns
    except (OSError, Broken):
        return 0


def version_of_tree(folder: Path) -> str:
    """A clone's commit if nothing in it is changed, otherwise a digest of all files."""
    commit = local_commit(folder) if (folder / ".git").exists() else None
    return commit or version_of(FolderSource(folder, boundary=folder))
