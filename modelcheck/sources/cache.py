"""A checkpoint in the Hub's cache on this machine, read without huggingface_hub, by the documented layout of the cache.

``models--<org>--<name>/{refs/<revision>, snapshots/<commit>/<file>}`` is described in huggingface_hub's guide "Understand
caching"; importing the library would cost the pre-commit path more than everything else it does.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache
from pathlib import Path

from modelcheck.hooks import hookimpl
from modelcheck.patterns import lazy
from modelcheck.sources import Access, Source
from modelcheck.sources.hub_listing import COMMIT, SHA256
from modelcheck.sources.local_files import LocalFiles
from modelcheck.sources.target import REVISION, Target, below_home
from modelcheck.writing import write_file


class CacheSource(LocalFiles):
    """A snapshot in the Hub's cache. Its files are links into the cache's own blobs, so links are followed."""

    kind = "cache"
    nearby = True

    def shown(self, path: str) -> str:
        """Return the path from the checkpoint's root: where the cache keeps it is of no use to a reader."""
        return path

    def digest(self, path: str) -> str | None:
        """Return the name of the blob that a file of the snapshot is a link to: SHA-256 of one in LFS."""
        place = self.root / path
        name = os.path.basename(os.path.realpath(place))  # noqa: PTH119 - plain paths are faster
        return name if place.is_symlink() and SHA256.fullmatch(name) else None


def cache_folder() -> Path:
    """Return the cache that huggingface_hub uses: ``HF_HUB_CACHE``, else below ``HF_HOME``, else below the user's cache folder."""
    return _cache_folder(*map(os.environ.get, ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME", "HOME")))


@cache
def _cache_folder(own: str | None, older: str | None, hf_home: str | None, caches: str | None, _home: str | None) -> Path:
    """The same by the values of the variables; ``_home`` is what ``~`` stands for."""
    whole = own or older
    if whole:
        return below_home(whole)
    return below_home(hf_home or str(Path(caches or "~/.cache") / "huggingface")) / "hub"


def _repository(id_: str) -> Path:
    return cache_folder() / f"models--{id_.replace('/', '--')}"


def _snapshot(repository: Path, revision: str) -> Path | None:
    """The folder of a branch, a tag or a full commit hash; None if it is not cached."""
    commit = revision
    if not COMMIT.fullmatch(commit):
        if not REVISION.fullmatch(revision):
            return None
        try:
            commit = (repository / "refs" / revision).read_text().strip()
        except (OSError, UnicodeDecodeError):
            return None
    snapshot = repository / "snapshots" / commit
    return snapshot if COMMIT.fullmatch(commit) and snapshot.is_dir() else None


def cached(id_: str, revision: str | None) -> CacheSource | None:
    """Return ``id_`` at ``revision`` (a branch, a tag or a full commit hash; None: main); None if it is not cached."""
    snapshot = _snapshot(_repository(id_), revision or "main")
    return CacheSource(snapshot, name=id_, revision=snapshot.name) if snapshot else None


def cached_file(id_: str, commit: str, path: str, limit: int) -> bytes | None:
    """Return a file of a commit; None if it is not cached, cannot be read or is longer than ``limit`` bytes."""
    try:
        with open(f"{_repository(id_)}/snapshots/{commit}/{path}", "rb") as file:  # noqa: PTH123 - plain paths are faster
            content = file.read(limit + 1)
    except OSError:
        return None
    return content if len(content) <= limit else None


def remember(id_: str, revision: str, commit: str) -> None:
    """Record which commit a branch or a tag points to. A cache that cannot be written only makes later runs slower."""
    if not COMMIT.fullmatch(revision) and COMMIT.fullmatch(commit) and REVISION.fullmatch(revision):
        with suppress(OSError):
            _write(_repository(id_) / "refs" / revision, commit.encode())


def keep(id_: str, commit: str, path: str, digest: str, content: bytes) -> None:
    """Store a file of a listing where huggingface_hub would: the bytes under their digest, a link under the commit.

    Whatever was there did not have these bytes, so it is replaced.
    """
    folder = str(_repository(id_))
    blob, pointer = f"{folder}/blobs/{digest}", f"{folder}/snapshots/{commit}/{path}"
    with suppress(OSError):
        _write(Path(blob), content)
        _link(f"{'../' * (path.count('/') + 2)}blobs/{digest}", pointer, content)


def _link(blob: str, pointer: str, content: bytes) -> None:
    os.makedirs(os.path.dirname(pointer), exist_ok=True)  # noqa: PTH103, PTH120 - plain paths are faster, and this is called often
    with suppress(FileNotFoundError):
        os.unlink(pointer)  # noqa: PTH108
    try:
        os.symlink(blob, pointer)  # noqa: PTH211
    except FileExistsError:  # another process was faster
        return
    except OSError:  # a system without links
        _write(Path(pointer), content)


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, also if two processes do so at once. As huggingface_hub, it does not wait for the disk."""
    os.makedirs(path.parent, exist_ok=True)  # noqa: PTH103 - as above
    write_file(path, content, lasting=False)


_LAYOUT = lazy(r"models--(?P<id>[^/]+(?:--[^/]+)?)(?:/snapshots/(?P<commit>[0-9a-f]{40}))?/?$")


def _of_folder(path: Path) -> CacheSource | None:
    """The source of a folder that is a repository or a snapshot in any cache of this layout; None for other folders."""
    whole = path.resolve()
    found = _LAYOUT.search(whole.as_posix())
    if found is None:
        return None
    repository = whole.parents[1] if found["commit"] else whole
    snapshot = _snapshot(repository, found["commit"] or "main")
    if snapshot is None:
        return None
    return CacheSource(snapshot, name=found["id"].replace("--", "/", 1), revision=snapshot.name, boundary=repository)


@hookimpl(tryfirst=True)
def modelcheck_open(target: Target, access: Access) -> Source | None:
    """Open a Hub id from the cache: without a network always, with one only if the target gives the full commit hash.

    A folder of the cache is opened as the checkpoint and the commit that it is.
    """
    if target.kind == "folder" and target.path is not None:
        return _of_folder(target.path)
    if target.kind != "hub" or target.id is None or target.file or target.quant:
        return None
    if access.network and not (target.revision and COMMIT.fullmatch(target.revision)):
        return None
    return cached(target.id, target.revision)
