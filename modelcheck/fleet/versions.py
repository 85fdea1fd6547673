"""The version of a target without a commit of its own."""

from __future__ import annotations

import hashlib
from pathlib import Path

from modelcheck.errors import Absent, Broken
from modelcheck.fleet.git import local_commit
from modelcheck.sources import OnDisk, Source
from modelcheck.sources.folder import FolderSource

_OF_A_STORE = ("", "-wal", "-shm", "-journal")
"""What the names of SQLite's files add to that of the store."""


def version_of(source: Source, store: Path) -> str:
    """The version of a checkpoint without a commit: a digest of its files' names, sizes and times.

    The store's own files, which each scan writes, do not count: it may lie in the folder that is scanned.
    """
    digest = hashlib.sha256()
    own = {store.parent / f"{store.name}{end}" for end in _OF_A_STORE}
    try:
        for path, size in sorted(source.files().items()):
            place = _place(source, path)
            if place not in own:
                digest.update(f"{path}\0{size}\0{_changed(place)}\n".encode("utf-8", "surrogateescape"))
    except Absent:
        return "name"  # nothing but the name is known
    return f"files:{digest.hexdigest()[:32]}"


def _place(source: Source, path: str) -> Path | None:
    try:
        return source.place(path).absolute() if isinstance(source, OnDisk) else None
    except Broken:
        return None


def _changed(place: Path | None) -> int:
    try:
        return place.stat().st_mtime_ns if place else 0
    except OSError:
        return 0


def version_of_tree(folder: Path, store: Path) -> str:
    """A clone's commit if nothing in it is changed, otherwise a digest of all files."""
    commit = local_commit(folder) if (folder / ".git").exists() else None
    return commit or version_of(FolderSource(folder, boundary=folder), store)
