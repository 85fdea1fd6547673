"""What a fleet consists of: checkpoints and repositories, each with its version where a list already says it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Literal

from modelcheck.engine.checkpoint import is_checkpoint
from modelcheck.errors import Absent, Broken
from modelcheck.records import record
from modelcheck.sources.folder import FolderSource
from modelcheck.sources.ollama import models_of
from modelcheck.sources.target import without_password

_DEEPEST = 4
_SKIPPED = frozenset((".git", "node_modules", "__pycache__", ".venv"))


@record(eq=True)
class Item:
    """One target: a checkpoint, a folder or clone with deployment files, or the address of a Git repository.

    ``name`` is what it is called in the store, ``text`` what ``modelcheck scan`` takes. ``version`` is known where a list says it.
    ``folder``: it is a folder that is missing now, and below which a scan has found checkpoints before.
    """

    kind: Literal["checkpoint", "tree", "git"]
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


def _named(text: str, known: Callable[[str], bool]) -> Iterator[Item]:
    if text.startswith(("git+", "ssh://", "git://")) or (text.endswith(".git") and not _is_clone(text)):
        yield Item("git", without_password(text.removeprefix("git+")), text.removeprefix("git+"))
        return
    path = Path(text)
    if not os.path.isdir(path):  # noqa: PTH112 - pathlib raises for a name that is too long or holds a NUL
        missing = not os.path.lexists(path) and known(_shown(path))
        yield Item("checkpoint", _shown(path) if missing else text, _shown(path) if missing else text, folder=missing)
        return
    if _is_clone(text):
        yield Item("tree", _shown(path), text)
        return
    below = list(_checkpoints(path, 0))
    yield from below
    clones = sorted(one.parent for one in path.glob("*/.git"))
    yield from (Item("tree", _shown(one), str(one)) for one in clones)
    one_checkpoint = any(Path(one.text) == path or one.version for one in below)  # or a cache of the Hub, or Ollama's store
    if not clones and not one_checkpoint:
        yield Item("tree", _shown(path), text)


def _checkpoints(folder: Path, depth: int) -> Iterator[Item]:
    """The checkpoints in a folder and below it; of a cache of the Hub each model's newest snapshot, of Ollama's store each tag."""
    if folder.name.startswith("models--"):
        snapshots = [one for one in folder.glob("snapshots/*") if one.is_dir()]
        newest = max(snapshots, key=lambda one: one.stat().st_mtime, default=None)
        if newest is not None:
            name = folder.name.removeprefix("models--").replace("--", "/")
            yield Item("checkpoint", name, str(newest), newest.name)
        return
    if os.path.isdir(folder / "manifests"):  # noqa: PTH112 - pathlib raises for a folder that may not be entered
        of_ollama = [Item("checkpoint", f"ollama://{name}", str(file), _digest(file)) for name, file in models_of(folder)]
        if of_ollama:
            yield from of_ollama
            return
    if _is_checkpoint(folder):
        yield Item("checkpoint", _shown(folder), str(folder))
        return
    if depth == _DEEPEST:
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:  # looked at as a target, it is noted as one that cannot be read
        yield Item("checkpoint", _shown(folder), str(folder))
        return
    for one in entries:
        if one.is_dir(follow_symlinks=False) and one.name not in _SKIPPED and not _is_clone(one.path):
            yield from _checkpoints(Path(one.path), depth + 1)


def _digest(manifest: Path) -> str | None:
    """The version of a model of Ollama's, whose manifest names all layers by their digests."""
    try:
        with manifest.open("rb") as file:
            return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()[:32]}"
    except OSError:
        return None


def _is_clone(folder: str) -> bool:
    return os.path.exists(os.path.join(folder, ".git"))  # noqa: PTH110, PTH118 - pathlib raises for one that may not be read


def _is_checkpoint(folder: Path) -> bool:
    source = FolderSource(folder, boundary=folder)
    try:
        return is_checkpoint(source, source.files())
    except (Absent, Broken):
        return False


def _shown(path: Path) -> str:
    return os.path.abspath(path)  # noqa: PTH100 - links stay as they are named
