"""What a program writes to a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


def written_to_terminal(
    command: Sequence[str], *, cwd: Path, env: Mapping[str, str], errors: bool = True, seconds: float = 60
) -> str:
    """Everything that a program writes to standard output, which is a terminal; with ``errors`` also to standard error."""
    leader, follower = pty.openpty()
    aside = follower if errors else subprocess.DEVNULL
    started = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=follower, stderr=aside, cwd=cwd, env=env)
    os.close(follower)
    written = bytearray()
    while True:
        try:
            part = os.read(leader, 1 << 16)
        except OSError:  # Linux's end of file: the program has ended
            break
        if not part:
            break
        written += part
    os.close(leader)
    started.wait(seconds)
    return written.decode().replace("\r\n", "\n")
