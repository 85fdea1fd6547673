"""Where entries lie: in a folder of the user's own, never in what is scanned."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from modelcheck.writing import write_file

VARIABLE = "MODELCHECK_CACHE"
"""The environment variable that names another folder."""
_MOST = 100
_MOST_BYTES = 256 * 2**20
_LARGEST = 32 * 2**20
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH
_TAG = b"Signature: 8a477f597d28d172789f06886806bc55\n# This file marks a cache of modelcheck; see https://bford.info/cachedir/\n"


def cache_folder(environment: Mapping[str, str] = os.environ, home: Path | None = None) -> Path:
    """The folder of this user's entries, which need not exist."""
    if environment.get(VARIABLE):
        return Path(environment[VARIABLE])
    home = home or Path.home()
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or home / "AppData/Local") / "modelcheck" / "Cache"
    if sys.platform == "darwin":
        return home / "Library/Caches/modelcheck"
    return Path(environment.get("XDG_CACHE_HOME") or home / ".cache") / "modelcheck"


def usable_folder(scanned: Path) -> Path | None:
    """The folder of entries, made if it is missing; None if it is not this user's alone, or lies in the ``scanned`` folder."""
    try:
        folder = cache_folder()
        if folder.resolve().is_relative_to(scanned.resolve()):
            return None
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = folder.stat()
        own = not hasattr(os, "getuid") or (state.st_uid == os.getuid() and not state.st_mode & _OTHERS_MAY_WRITE)
        if not own:
            return None
        for name, content in (("CACHEDIR.TAG", _TAG), (".gitignore", b"*\n")):
            if not (folder / name).exists():
                write_file(folder / name, content)
    except (OSError, RuntimeError):  # RuntimeError: there is no home
        return None
    return folder


def load(folder: Path, key: str) -> bytes | None:
    """The bytes of an entry; None if there is none that can be read."""
    path = folder / f"{key}.json"
    try:
        if path.lstat().st_size > _LARGEST:
            return None
        content = path.read_bytes()
        os.utime(path)  # the entries that are used longest ago go first
    except OSError:
        return None
    return content


def save(folder: Path, key: str, content: bytes) -> None:
    """Put an entry in its place at once, and remove the oldest ones of too many. What cannot be written is not kept."""
    if len(content) > _LARGEST:
        return
    with suppress(OSError):
        write_file(folder / f"{key}.json", content)
        _remove_oldest(folder)


def _remove_oldest(folder: Path) -> None:
    found = sorted(((path.stat().st_mtime_ns, path.stat().st_size, path) for path in folder.glob("*.json")), reverse=True)
    total = 0
    for number, (_, size, path) in enumerate(found, 1):
        total += size
        if number > _MOST or total > _MOST_BYTES:
            path.unlink(missing_ok=True)
