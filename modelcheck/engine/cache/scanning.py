"""Reads the files of a folder, or takes what was found in them before if nothing has changed that was asked for."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from functools import cache, partial
from pathlib import Path

from modelcheck.documents.text import as_utf8
from modelcheck.engine.cache.entry import FORMAT, Entry, read_entry
from modelcheck.engine.cache.folder import load, save, usable_folder
from modelcheck.engine.cache.trace import TracedFolder, same
from modelcheck.engine.files import MAX_SECONDS, Scanned
from modelcheck.engine.many_files import Processes, read_files
from modelcheck.engine.store import Trouble
from modelcheck.engine.suppressions import read_suppressions
from modelcheck.errors import Exceeded
from modelcheck.limits import Limit
from modelcheck.registry import Registry
from modelcheck.sources import Source
from modelcheck.sources.folder import FolderSource
from modelcheck.version import VERSION


def scan(registry: Registry, tree: Source, trouble: Trouble, paths: Sequence[str], processes: Processes) -> Scanned:
    """What ``read_files`` returns, kept for the next run.

    Nothing is kept where a third party's plug-in is installed, whose readers may be changed without a new version, nor of what
    crashed or took too long.
    """
    folder = usable_folder(tree.root) if type(tree) is FolderSource and not registry.lenient else None
    if folder is None or type(tree) is not FolderSource:
        return read_files(registry, tree, trouble, paths, processes)
    key = _key(tree, paths)
    found = _found(tree, load(folder, key), trouble)
    if found is not None:
        return found
    traced = TracedFolder(tree)
    mine = Trouble()
    scanned = read_files(registry, traced, mine, paths, processes)
    trouble.broken.update(mine.broken)
    trouble.crashes += mine.crashes
    trouble.mistakes += mine.mistakes
    if traced.complete and not (scanned.partial or mine.crashes or mine.mistakes or mine.unavailable):
        suppressing = {one.path for one in scanned.suppressions}
        again = [path for path in paths if tree.shown(path) in suppressing]
        save(folder, key, Entry(traced.trace, scanned, [*mine.broken.values()], again).write())
    return scanned


def _found(tree: FolderSource, content: bytes | None, trouble: Trouble) -> Scanned | None:
    """What an entry holds; None if it does not count any more."""
    entry = read_entry(content) if content is not None else None
    if entry is None:
        return None
    suppressing = dict.fromkeys(entry.suppressing, b"")

    def seen(path: str, content: bytes) -> None:
        if path in suppressing:
            suppressing[path] = content

    if not same(tree, entry.trace.items(), seen):
        return None
    try:
        for path, read in suppressing.items():
            Limit(MAX_SECONDS).run(partial(_add_suppressions, entry.scanned, tree.shown(path), read))
    except Exceeded:
        return None
    entry.add_trouble(trouble)
    return entry.scanned


def _add_suppressions(scanned: Scanned, shown: str, content: bytes) -> None:
    scanned.suppressions += read_suppressions(shown, as_utf8(content).decode("utf-8", "replace"))


def _key(tree: FolderSource, paths: Sequence[str]) -> str:
    """What is known before a file is read: the code, the folder, how its paths are shown, and which of its files are read."""
    known = [FORMAT, _code(), os.path.abspath(tree.root), tree.shown("."), *paths]  # noqa: PTH100 - links are not resolved
    return hashlib.blake2b(json.dumps(known).encode(), digest_size=20).hexdigest()


@cache
def _code() -> str:
    """A digest of what reads files: this version, also one that is being worked on, Python's, and what is installed."""
    installed = sorted(name for place in sys.path for name in _names(place) if name.endswith((".dist-info", ".egg-info")))
    own = sorted(_files(Path(__file__).parents[2]))
    return hashlib.blake2b(repr((VERSION, sys.version, installed, own)).encode(), digest_size=20).hexdigest()


def _names(place: str) -> list[str]:
    try:
        return os.listdir(place or ".")  # noqa: PTH208 - as in entry_points
    except OSError:
        return []


def _files(folder: Path) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _files(Path(entry.path))
            elif entry.name.endswith((".py", ".toml")):
                state = entry.stat()
                yield entry.path, state.st_size, state.st_mtime_ns
