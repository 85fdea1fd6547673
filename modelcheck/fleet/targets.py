"""What a fleet consists of: checkpoints and repositories, each with its version where a list already says it."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Literal

from modelcheck.engine.checkpoint import is_checkpoint, may_be_checkpoint
from modelcheck.errors import Absent, Broken, TargetError
from modelcheck.records import record, replace
from modelcheck.sources.folder import FolderSource
from modelcheck.sources.ollama import models_of
from modelcheck.sources.target import parse_target, without_password

_DEEPEST = 16
_OF_TRAINING = re.compile(r"(checkpoint|step|epoch)[-_]?\d+")
"""The folders in a checkpoint that are others: those that a training saves. The rest, such as ``onnx``, are parts of it."""
_SKIPPED = frozenset((".git", "node_modules", "__pycache__", ".venv"))


@record(eq=True)
class Item:
    """One target: a checkpoint or a file, a folder or clone with deployment files, or the address of a Git repository.

    A ``tree`` may be a checkpoint as well, as a clone of a repository of the Hub is, and a ``checkpoint`` may be a file that turns
    out to use checkpoints. A ``bare`` repository has no files to read. ``name`` is what it is called in the store, ``text`` what
    ``modelcheck scan`` takes. ``version`` is known where a list says it. ``folder``: it is a folder that is missing now, and in
    which a scan has looked before. ``without`` are folders in a tree that are targets of their own, as ``TargetRun`` takes them.
    """

    kind: Literal["checkpoint", "tree", "git", "bare"]
    name: str
    text: str
    version: str | None = None
    folder: bool = False
    without: tuple[str, ...] = ()


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
    if not text.strip():
        yield Item("checkpoint", text, text)
        return
    if not os.path.isdir(path):  # noqa: PTH112 - pathlib raises for a name that is too long or holds a NUL
        here = os.path.isfile(path)  # noqa: PTH113
        missing = not os.path.lexists(path) and known(_shown(path))
        name = _shown(path) if here or missing else _of_hub(text)
        yield Item("checkpoint", name, text if here else name, folder=missing)
        return
    found = list(_below(path, 0))
    own = {one.text for one in found if one.kind != "checkpoint" or one.version}  # clones, models of a cache
    if not any(Path(one.text) == path for one in found) and (not found or _has_files(path, own)):
        found.append(Item("tree", _shown(path), text))
    for one in found:
        if one.kind == "tree":
            inside = sorted(os.path.relpath(other, one.text) for other in own if other != one.text)
            yield replace(one, without=tuple(f"{inner}/" for inner in inside if not inner.startswith("..")))
        else:
            yield one


def _has_files(folder: Path, without: set[str]) -> bool:
    """Whether a folder has files outside of those folders, and is no store of models by itself, as a cache of the Hub is."""
    if os.path.isdir(folder / "manifests") and os.path.isdir(folder / "blobs"):  # noqa: PTH112 - Ollama's store
        return False
    for place, folders, files in os.walk(folder):
        if any(not name.startswith(".") for name in files):
            return True
        folders[:] = [name for name in folders if name not in _SKIPPED and not name.startswith((".", "models--"))
                      and os.path.join(place, name) not in without]  # fmt: skip # noqa: PTH118
    return False


def _of_hub(text: str) -> str:
    """One name for all ways to write an id of the Hub; another text without its password."""
    try:
        target = parse_target(text)
    except TargetError:
        return without_password(text)
    if target.kind != "hub" or not text.startswith(("hf://", "https://", "http://")):
        return target.text
    parts = (target.id, f":{target.quant}" if target.quant else "", f"/{target.file}" if target.file else "")
    return "".join((*map(str, parts), f"@{target.revision}" if target.revision else ""))


def _below(folder: Path, depth: int) -> Iterator[Item]:
    """The checkpoints and clones in a folder and below it, 16 folders deep.

    Of a cache of the Hub it is each model's newest snapshot, of Ollama's store each tag, of a clone the clone and what is in it.
    """
    of_store = _of_store(folder)
    if of_store is not None:
        yield from of_store
        return
    own = _is_checkpoint(folder)
    if _is_clone(folder):
        yield Item("tree", _shown(folder), str(folder))
    elif own:
        yield Item("checkpoint", _shown(folder), str(folder))
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
        inside = one.is_dir(follow_symlinks=False) and one.name not in _SKIPPED
        if inside and (not own or _OF_TRAINING.fullmatch(one.name)):
            yield from _below(Path(one.path), depth + 1)


def _of_store(folder: Path) -> list[Item] | None:
    """The checkpoints of a model's folder in a cache of the Hub, or of Ollama's store; None for another folder."""
    if folder.name.startswith("models--"):
        name = folder.name.removeprefix("models--").replace("--", "/")
        try:
            snapshots = [Path(one.path) for one in os.scandir(folder / "snapshots") if one.is_dir()]
        except FileNotFoundError:
            return []
        except OSError:  # looked at as a target, it is noted as one that cannot be read
            return [Item("checkpoint", name, str(folder / "snapshots"))]
        newest = max(snapshots, key=lambda one: one.stat().st_mtime, default=None)
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
