"""What a fleet consists of: checkpoints and repositories, each with its version where a list already says it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Literal

from modelcheck.engine.checkpoint import is_checkpoint, may_be_checkpoint
from modelcheck.errors import Absent, Broken
from modelcheck.records import record
from modelcheck.sources.folder import FolderSource
from modelcheck.sources.ollama import models_of
from modelcheck.sources.target import without_password

_DEEPEST = 16
_SKIPPED = frozenset((".git", "node_modules", "__pycache__", ".venv"))


@record(eq=True)
class Item:
    """One target: a checkpoint or a file, a folder or clone with deployment files, or the address of a Git repository.

    A ``tree`` may be a checkpoint as well, as a clone of a repository of the Hub is, and a ``checkpoint`` may be a file that turns
    out to use checkpoints. A ``bare`` repository has no files to read. ``name`` is what it is called in the store, ``text`` what
    ``modelcheck scan`` takes. ``version`` is known where a list says it. ``folder``: it is a folder that is missing now, and below
    which a scan has found checkpoints before.
    """

    kind: Literal["checkpoint", "tree", "git", "bare"]
    name: str
    text: str
    version: str | None = None
    folder: bool = False


def items_of(
    texts: Iterable[str], listed: Iterable[tuple[str, str | None]] = (), known: Callable[[str], bool] = lambda _: False
) -> list[Item]:
    """The items that targets stand for, each once: those of a Hub's list (id and commit), then those named.

    ``known`` says whether something below a path was found before: such a path is a folder, also if it is missing now.
    """
    found: dict[str, Item] = {}
    for id_, commit in listed:
        found.setdefault(id_, Item("checkpoint", id_, id_, commit))
    for text in texts:
        for item in _named(text, known):
            found.setdefault(item.name, item)
    return list(found.values())


def checkpoints_below(folder: str) -> list[str]:
    """The checkpoints in a folder and below it, clones that are checkpoints included."""
    found = _below(Path(folder), 0)
    return [one.text for one in found if one.kind == "checkpoint" or (one.kind == "tree" and _is_checkpoint(Path(one.text)))]


def _named(text: str, known: Callable[[str], bool]) -> Iterator[Item]:
    if text.startswith(("git+", "ssh://", "git://")) or (text.rstrip("/").endswith(".git") and not os.path.isdir(text)):  # noqa: PTH112
        address = text.removeprefix("git+").rstrip("/")
        yield Item("git", without_password(address), address)
        return
    path = Path(text)
    if not os.path.isdir(path):  # noqa: PTH112 - pathlib raises for a name that is too long or holds a NUL
        here = os.path.isfile(path)  # noqa: PTH113
        missing = not os.path.lexists(path) and known(_shown(path))
        name = _shown(path) if here or missing else text
        yield Item("checkpoint", name, text if here else name, folder=missing)
        return
    below = list(_below(path, 0))
    yield from below
    one_checkpoint = any(Path(one.text) == path or one.version for one in below)  # or a cache of the Hub, or Ollama's store
    if not one_checkpoint and all(one.kind == "checkpoint" for one in below):
        yield Item("tree", _shown(path), text)


def _below(folder: Path, depth: int) -> Iterator[Item]:
    """The checkpoints and clones in a folder and below it, 16 folders deep.

    Of a cache of the Hub it is each model's newest snapshot, of Ollama's store each tag, of a clone the clone and what is in it.
    """
    of_store = _of_store(folder)
    if of_store is not None:
        yield from of_store
        return
    if _is_clone(folder):
        yield Item("tree", _shown(folder), str(folder))
        if _is_checkpoint(folder):
            return
    elif _is_checkpoint(folder):
        yield Item("checkpoint", _shown(folder), str(folder))
        return
    elif _is_bare(folder):
        yield Item("bare", _shown(folder), str(folder))
        return
    if depth == _DEEPEST:
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:  # looked at as a target, it is noted as one that cannot be read
        yield Item("checkpoint", _shown(folder), str(folder))
        return
    for one in entries:
        if one.is_dir(follow_symlinks=False) and one.name not in _SKIPPED:
            yield from _below(Path(one.path), depth + 1)


def _of_store(folder: Path) -> list[Item] | None:
    """The checkpoints of a model's folder in a cache of the Hub, or of Ollama's store; None for another folder."""
    if folder.name.startswith("models--"):
        snapshots = [one for one in folder.glob("snapshots/*") if one.is_dir()]
        newest = max(snapshots, key=lambda one: one.stat().st_mtime, default=None)
        name = folder.name.removeprefix("models--").replace("--", "/")
        return [Item("checkpoint", name, str(newest), newest.name)] if newest is not None else []
    if os.path.isdir(folder / "manifests"):  # noqa: PTH112 - pathlib raises for a folder that may not be entered
        return [Item("checkpoint", f"ollama://{name}", str(file), _digest(file)) for name, file in models_of(folder)] or None
    return None


def _digest(manifest: Path) -> str | None:
    """The version of a model of Ollama's, whose manifest names all layers by their digests."""
    try:
        with manifest.open("rb") as file:
            return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()[:32]}"
    except OSError:
        return None


def _is_clone(folder: Path) -> bool:
    return os.path.exists(folder / ".git")  # noqa: PTH110 - pathlib raises for one that may not be read


def _is_bare(folder: Path) -> bool:
    """Whether a folder is a Git repository without files, such as a mirror."""
    return os.path.isfile(folder / "HEAD") and all(os.path.isdir(folder / name) for name in ("objects", "refs"))  # noqa: PTH112, PTH113


def _is_checkpoint(folder: Path) -> bool:
    try:
        if not may_be_checkpoint([one.name for one in folder.iterdir()]):
            return False
    except OSError:
        return False
    source = FolderSource(folder, boundary=folder)
    try:
        return is_checkpoint(source, source.files())
    except (Absent, Broken):
        return False


def _shown(path: Path) -> str:
    return os.path.abspath(path)  # noqa: PTH100 - links stay as they are named
