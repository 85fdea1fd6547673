"""Reads files that a user names, which may be pipes: never for ever, and never more than a limit."""

from __future__ import annotations

import errno
import os
import stat
import time
from pathlib import Path

SECONDS = 10.0
"""How long to wait for the first byte of a pipe."""


def read_named(path: Path, limit: int, seconds: float = SECONDS) -> bytes:
    """The first ``limit`` bytes of a file or a pipe. Raises OSError, also for a pipe to which nobody writes for so long."""
    if stat.S_ISFIFO(path.stat().st_mode):
        return drain(path, limit, seconds)
    with path.open("rb") as file:
        return file.read(limit)


def drain(pipe: Path, limit: int, seconds: float) -> bytes:
    """What is written to a pipe, up to ``limit`` bytes. Raises OSError (ETIMEDOUT) if nobody begins to write for so long."""
    import select

    descriptor = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    content = bytearray()
    try:
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        deadline = time.monotonic() + seconds
        while len(content) < limit:
            if not waiting.poll(100) and (content or time.monotonic() < deadline):
                continue
            try:
                part = os.read(descriptor, min(1 << 20, limit - len(content)))
            except BlockingIOError:  # a writer that has written nothing yet
                continue
            if not part:  # the writer has closed it, or there has been none
                break
            content += part
        if not content:
            raise OSError(errno.ETIMEDOUT, "a pipe to which nobody writes", str(pipe))
        return bytes(content)
    finally:
        os.close(descriptor)
