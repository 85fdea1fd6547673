"""Writes files whole or not at all, and never through a symbolic link.

Files are written into folders that may come from a stranger: a checkpoint that was downloaded, a repository that was cloned. Such
a folder can hold a link with any name, so the temporary file has an unpredictable name, is created with ``O_EXCL`` and
``O_NOFOLLOW``, and replaces the destination only after its content is on the disk.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_ATTEMPTS = 10


def write_file(path: Path, content: bytes, *, lasting: bool = True) -> None:
    """Replace a file's content, or create it. An existing file keeps its mode and, where permitted, its owner.

    Raises OSError; the old content is then still there. A symbolic link is refused (ELOOP), a folder too (EISDIR). One that is
    not ``lasting``, as in a cache, need not be on the disk when this returns.
    """
    with replacing(path, lasting=lasting) as file:
        file.write(content)


@contextmanager
def replacing(path: Path, *, at_once: bool = False, streams: bool = False, lasting: bool = True) -> Iterator[BinaryIO]:
    """Yields a file that takes the place of ``path`` when the block ends, and is discarded when the block raises.

    ``at_once`` puts the empty file in place at the start, for reports that are read while they grow. ``streams`` allows what
    a user may name as an output (``/dev/stdout``, a named pipe), written to directly. Raises OSError as ``write_file`` does.
    """
    if streams and _is_stream(path):
        with path.open("wb") as stream:
            yield stream
        return
    before = _regular(path)
    unfinished, descriptor = _create(path, stat.S_IMODE(before.st_mode) & 0o777 if before else 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if before:
                _keep_owner_and_mode(file, before)
            if at_once:
                unfinished.replace(path)
            yield file
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        if not at_once:
            unfinished.replace(path)
    except BaseException:
        if not at_once:
            with suppress(OSError):
                unfinished.unlink()
        raise


def _regular(path: Path) -> os.stat_result | None:
    """The state of the file that is to be replaced, None where it does not exist. Raises OSError for what is not a regular file."""
    try:
        state = path.lstat()
    except FileNotFoundError:
        return None
    if stat.S_ISREG(state.st_mode):
        return state
    if stat.S_ISDIR(state.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if stat.S_ISLNK(state.st_mode):
        raise OSError(errno.ELOOP, "a symbolic link; modelcheck does not write through links", str(path))
    raise OSError(errno.EINVAL, "not a regular file", str(path))


def _is_stream(path: Path) -> bool:
    """Whether a path is a FIFO, a character device, or one of the links in /dev that the system itself provides."""
    if path.parts[:2] == ("/", "dev"):
        return True
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def _create(path: Path, mode: int) -> tuple[Path, int]:
    """A new empty file beside ``path``, with a name that nobody can predict, and its descriptor."""
    for _ in range(_ATTEMPTS):
        unfinished = path.with_name(f".{path.name[:100]}.{os.urandom(8).hex()}.tmp")
        try:
            return unfinished, os.open(unfinished, _CREATE, mode)
        except FileExistsError:
            continue
        except OSError as error:
            error.filename = str(path)  # the name that the user knows
            raise
    raise FileExistsError(errno.EEXIST, "no free name for a temporary file", str(path))


def _keep_owner_and_mode(file: BinaryIO, before: os.stat_result) -> None:
    if not hasattr(os, "fchown"):
        return
    now = os.fstat(file.fileno())
    if (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
        with suppress(PermissionError):
            os.fchown(file.fileno(), before.st_uid, before.st_gid)
    os.fchmod(file.fileno(), stat.S_IMODE(before.st_mode) & 0o777)
