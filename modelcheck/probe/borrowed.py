"""Folders for weights that are fetched for one probe and removed after it, whatever ends it. The Hub's cache is only read.

A folder is locked while it is in use. One that is left without a lock, because its machine or its processes were killed, is
removed by the next probe.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from modelcheck.probe.messages import Place
from modelcheck.records import replace

_NAME = ".modelcheck-probes"
_LOCK = "in-use"
_YOUNG = 60.0
"""Seconds."""


@contextmanager
def borrowed_folder(cache: Path) -> Iterator[Path]:
    """A new folder in the Hub's cache, on the file system that has room for weights. Raises OSError."""
    parent = cache / _NAME
    remove_left(parent)
    folder = parent / os.urandom(8).hex()
    folder.mkdir(parents=True)
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _try_lock(lock)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)
        with suppress(OSError):  # another probe has a folder in it
            parent.rmdir()


def remove_left(parent: Path) -> None:
    """Remove the folders that nobody uses any more."""
    for folder in parent.glob("*"):
        with suppress(OSError):  # it has no lock yet, or is gone
            if folder.stat().st_mtime > time.time() - _YOUNG:  # perhaps not locked yet
                continue
            lock = os.open(folder / _LOCK, os.O_RDWR)
            try:
                if _try_lock(lock):
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)


def _try_lock(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows: an open file cannot be removed, which is as good
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def link_known(place: Place, folder: Path, cache: Path) -> Place:
    """The place with the files only that have to be fetched; links to those that the cache has are made in ``folder``."""
    snapshot = cache / f"models--{(place.repo or '').replace('/', '--')}" / "snapshots" / (place.revision or "")
    missing = []
    for path in place.files:
        there = snapshot / path
        if there.is_file():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).symlink_to(there.resolve())
        else:
            missing.append(path)
    return replace(place, files=tuple(missing))


def in_cache(places: Sequence[Place], cache: Path) -> bool:
    """Whether the cache has all files of all places, so that nothing is fetched."""
    return all(
        (cache / f"models--{(one.repo or '').replace('/', '--')}" / "snapshots" / (one.revision or "") / path).is_file()
        for one in places
        for path in one.files
    )
