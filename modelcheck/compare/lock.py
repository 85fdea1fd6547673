"""One comparison at a time in a folder of results."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from modelcheck.errors import Misuse


@contextmanager
def only_one(work: Path) -> Iterator[None]:
    """Hold the folder of results, which is made if it is missing. Raises Misuse if another process holds it, OSError."""
    work.mkdir(parents=True, exist_ok=True)
    ignore = work / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", "utf-8")  # what people said to an assistant belongs in no repository
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    descriptor = os.open(work / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Misuse(f"another comparison works in {work}: wait for it, or give another folder with --work") from None
    else:
        yield
    finally:
        os.close(descriptor)
