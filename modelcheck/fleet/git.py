"""Git repositories by address: asked for their commit, cloned without their history. Nothing that they contain is executed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from modelcheck.errors import TargetError

_ALLOWED = re.compile(r"(https?|ssh)://[^\s-][^\s]*|[\w.-]+@[\w.-]+:[^\s-][^\s]*")
_QUIET = {"GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1", "GIT_CONFIG_NOSYSTEM": "1", "GIT_ASKPASS": "true"}
_SAFE = (
    "-c", "protocol.allow=never", "-c", "protocol.https.allow=always", "-c", "protocol.http.allow=always",
    "-c", "protocol.ssh.allow=always", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false",
    "-c", "core.symlinks=false", "-c", "submodule.recurse=false",
)  # fmt: skip
"""No other protocol, no hooks, no links, no submodules."""


def remote_commit(address: str, seconds: float) -> str:
    """The commit of a repository's default branch: one request. Raises TargetError."""
    _check(address)
    found = _git(("ls-remote", "--quiet", "--", address, "HEAD"), address, seconds).split()
    if not found or not re.fullmatch(r"[0-9a-f]{40,64}", found[0]):
        raise TargetError("not-found", f"{address} has no commit")
    return found[0]


def clone(address: str, folder: Path, seconds: float) -> str:
    """Clone the newest commit of the default branch into ``folder``, and return it. Raises TargetError."""
    _check(address)
    _git(
        ("clone", "--quiet", "--depth=1", "--no-tags", "--single-branch", "--template=", "--", address, str(folder)),
        address,
        seconds,
    )
    return _git(("-C", str(folder), "rev-parse", "HEAD"), address, seconds).strip()


def local_commit(folder: Path) -> str | None:
    """The commit of a clone without changes; None for one with changes, or where git cannot say."""
    try:
        if _git(("-C", str(folder), "status", "--porcelain", "--ignore-submodules"), str(folder), 60.0).strip():
            return None
        return _git(("-C", str(folder), "rev-parse", "HEAD"), str(folder), 60.0).strip()
    except TargetError:
        return None


def _check(address: str) -> None:
    if not _ALLOWED.fullmatch(address):
        raise TargetError("not-found", f"{address}: repositories are fetched by https, http or ssh only")


def _git(words: tuple[str, ...], address: str, seconds: float) -> str:
    environment = {**os.environ, **_QUIET}
    try:
        command = (shutil.which("git") or "git", *_SAFE, *words)
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds, env=environment, check=False, errors="replace"
        )
    except FileNotFoundError:
        raise TargetError("unreadable", f"{address} needs git, which is not installed") from None
    except subprocess.TimeoutExpired:
        raise TargetError("timeout", f"{address}: git took longer than {seconds:g} seconds (--timeout)") from None
    if done.returncode:
        said = next(
            (line for line in done.stderr.splitlines() if line.startswith(("fatal", "ERROR", "error"))), done.stderr.strip()
        )
        raise TargetError("unreadable", f"{address}: {said[:300]}")
    return done.stdout
