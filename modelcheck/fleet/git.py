"""Git repositories by address: asked for their commit, cloned without their history. Nothing that they contain is executed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from modelcheck.errors import TargetError

_ALLOWED = re.compile(r"(https?|ssh)://[^\s-][^\s]*|[\w.-]+@[\w.-]+:[^\s-][^\s]*")
_COMMIT = re.compile(r"[0-9a-f]{40,64}")
_REF = re.compile(r"refs/[\w./+@-]{1,200}")
_MOST_REFS = 8 * 2**20
"""Bytes of a file that lists references."""
_QUIET = {"GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1", "GIT_CONFIG_NOSYSTEM": "1", "GIT_ASKPASS": "true"}
_SAFE = (
    "-c", "protocol.allow=never", "-c", "protocol.https.allow=always", "-c", "protocol.http.allow=always",
    "-c", "protocol.ssh.allow=always", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false",
    "-c", "core.symlinks=false", "-c", "submodule.recurse=false",
)  # fmt: skip
"""No other protocol, no hooks, no links, no submodules."""


_MISSING = re.compile(r"repository '.*' not found|does not exist|returned error: 404|Repository not found", re.IGNORECASE)
"""How git says that there is no such repository."""
CLONE_SECONDS = 600.0
"""The most seconds for a clone."""


def remote_commit(address: str, seconds: float) -> str:
    """The commit of a repository's default branch: one request. Raises TargetError."""
    _check(address)
    found = _git(("ls-remote", "--quiet", "--", address, "HEAD"), address, seconds).split()
    if not found or not _COMMIT.fullmatch(found[0]):
        raise TargetError("not-found", f"{address} has no commit")
    return found[0]


def clone(address: str, folder: Path, silence: float) -> str:
    """Clone the newest commit of the default branch into ``folder``, and return it. Raises TargetError.

    It may take ten minutes; where nothing comes for ``silence`` seconds, it ends.
    """
    _check(address)
    _git(
        ("clone", "--quiet", "--depth=1", "--no-tags", "--single-branch", "--template=", "--", address, str(folder)),
        address, CLONE_SECONDS, silence=silence,
    )  # fmt: skip
    return _git(("-C", str(folder), "rev-parse", "HEAD"), address, silence).strip()


def local_commit(folder: Path) -> str | None:
    """The commit of a clone without changes; None for one with changes, or where that cannot be said.

    Settings of a clone can name programs that git then runs (``filter.*.clean``, ``core.sshCommand`` of a partial clone …). So git
    is given an empty repository with no more than the clone's objects and its index; the clone's own settings are never read.
    """
    folder = folder.absolute()
    own = folder / ".git"
    parts = own, own / "objects", own / "index"
    commit = _head(own)
    if commit is None or any(part.is_symlink() for part in parts) or not own.is_dir():
        return None
    with TemporaryDirectory() as made:
        for name in ("objects", "refs"):
            Path(made, name).mkdir()
        Path(made, "HEAD").write_text(f"{commit}\n")
        places = {"GIT_DIR": made, "GIT_WORK_TREE": str(folder), "GIT_CONFIG_GLOBAL": os.devnull, "GIT_OPTIONAL_LOCKS": "0"}
        places |= {"GIT_OBJECT_DIRECTORY": str(own / "objects"), "GIT_INDEX_FILE": str(own / "index")}
        try:
            words = ("status", "--porcelain", "--ignore-submodules")
            return None if _git(words, str(folder), 60.0, places).strip() else commit
        except TargetError:
            return None


def _head(own: Path) -> str | None:
    """The commit that a repository is at, from its files; None if they do not say."""
    name, text = "HEAD", _text(own / "HEAD")
    if text.startswith("ref: "):
        name = text.removeprefix("ref: ").strip()
        if not _REF.fullmatch(name) or ".." in name:
            return None
        text = _text(own / name)
    if not text:
        packed = (line.split() for line in _text(own / "packed-refs").splitlines())
        text = next((words[0] for words in packed if words[1:] == [name]), "")
    return text.strip() if _COMMIT.fullmatch(text.strip()) else None


def _text(path: Path) -> str:
    """A small file of a repository; empty for none, and for a link."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST_REFS:
            return ""
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""


def _check(address: str) -> None:
    if not _ALLOWED.fullmatch(address):
        raise TargetError("not-found", f"{address}: repositories are fetched by https, http or ssh only")


def _git(
    words: tuple[str, ...], address: str, seconds: float, places: Mapping[str, str] = MappingProxyType({}), silence: float = 0
) -> str:
    """Run git and return what it writes. It ends by itself where no byte comes for some time, also if this process is killed."""
    environment = {**os.environ, **_QUIET, **places}
    limit = f"{max(1, round(silence or seconds))}"
    try:
        patience = ("-c", "http.lowSpeedLimit=1", "-c", f"http.lowSpeedTime={limit}")
        command = (shutil.which("git") or "git", *_SAFE, *patience, *words)
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds, env=environment, check=False, errors="replace"
        )
    except FileNotFoundError:
        raise TargetError("unreadable", f"{address} needs git, which is not installed") from None
    except subprocess.TimeoutExpired:
        option = "" if silence else " (--timeout)"
        raise TargetError("timeout", f"{address}: git took longer than {seconds:g} seconds{option}") from None
    if done.returncode:
        said = next(
            (line for line in done.stderr.splitlines() if line.startswith(("fatal", "ERROR", "error"))), done.stderr.strip()
        )
        if "Operation too slow" in said:
            raise TargetError("timeout", f"{address}: nothing came for {limit} seconds (--timeout)")
        raise TargetError("not-found" if _MISSING.search(said) else "unreadable", f"{address}: {said[:300]}")
    return done.stdout
