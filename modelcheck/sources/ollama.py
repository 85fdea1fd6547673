"""A model in Ollama's local store, which has a manifest for each name and tag, and every layer as a file named by its digest.

Layout (Ollama's ``docs`` and ``manifest`` package): ``manifests/<registry>/<namespace>/<model>/<tag>``, ``blobs/sha256-<digest>``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from modelcheck.errors import Absent, Broken, TargetError
from modelcheck.findings import Span
from modelcheck.hooks import hookimpl
from modelcheck.patterns import lazy
from modelcheck.sources import Source
from modelcheck.sources.local_files import LocalFiles
from modelcheck.sources.target import Target, below_home

_NAME = lazy(r"(?:(?P<registry>[\w.-]+\.[\w.-]+(?::\d+)?)/)?(?:(?P<space>[\w.-]+)/)?(?P<model>[\w.-]+)(?::(?P<tag>[\w.-]+))?")
_MANIFEST = lazy(r"manifests/[^/]+/(?P<space>[^/]+)/(?P<model>[^/]+)/(?P<tag>[^/]+)$")
_DIGEST = lazy(r"sha256[:-]([0-9a-f]{64})")
_FILES = {
    "model": "model.gguf",
    "template": "template",
    "params": "params",
    "system": "system",
    "license": "license",
    "adapter": "adapter",
}
_MAX_MANIFEST = 2**20


class OllamaSource(LocalFiles):
    """One name and tag of the store. ``model.gguf`` is its model layer; ``revision`` that layer's digest."""

    kind = "ollama"

    def __init__(self, store: Path, name: str, layers: Mapping[str, tuple[Path, int]], digest: str) -> None:
        super().__init__(store, name=name, revision=digest, boundary=store)
        self._layers = layers

    def files(self) -> Mapping[str, int | None]:
        """Return the layers, by what they are."""
        return {path: size for path, (_, size) in self._layers.items()}

    def _inside(self, path: str) -> str:
        if path not in self._layers:
            raise Absent(f"no {path}")
        return self._layers[path][0].relative_to(self.root).as_posix()

    def shown(self, path: str) -> str:
        """Return the model's name and the layer's."""
        return f"{self.name}/{path}"


def store_folder() -> Path:
    """Return the folder of Ollama's models: ``OLLAMA_MODELS``, else below the user's home."""
    return below_home(os.environ.get("OLLAMA_MODELS") or "~/.ollama/models")


def models_of(store: Path) -> Iterator[tuple[str, Path]]:
    """Give the name, ``model:tag``, and the manifest of each model of a store, in the order of their paths."""
    if (store / "blobs").is_dir():
        for manifest in sorted(store.glob("manifests/*/*/*/*")):
            found = _MANIFEST.search(manifest.as_posix())
            if found and manifest.is_file() and not manifest.is_symlink():
                yield _name(found["space"], found["model"], found["tag"]), manifest


def _open_manifest(manifest: Path, store: Path, name: str) -> OllamaSource:
    """The model of a manifest. Raises Absent if it is missing, Broken if it is invalid."""
    import json

    try:
        if manifest.stat().st_size > _MAX_MANIFEST:
            raise Broken(Span(str(manifest)), "is too long to be an Ollama manifest")
        data: Any = json.loads(manifest.read_bytes())
        layers = {}
        for layer in data["layers"]:
            kind = layer["mediaType"].rpartition(".")[2]
            digest = _DIGEST.fullmatch(layer["digest"])
            if kind in _FILES and digest:
                layers[_FILES[kind]] = (store / "blobs" / f"sha256-{digest[1]}", int(layer["size"]))
    except FileNotFoundError:
        raise Absent(f"no {manifest}") from None
    except OSError as error:
        raise Broken(Span(str(manifest)), f"cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        raise Broken(Span(str(manifest)), "is not a valid Ollama manifest") from None
    if "model.gguf" not in layers:
        raise Broken(Span(str(manifest)), "lists no model layer")
    return OllamaSource(store, name, layers, layers["model.gguf"][0].name.removeprefix("sha256-"))


@hookimpl(tryfirst=True)
def modelcheck_open(target: Target) -> Source | None:
    """Open ``ollama://name:tag``, or a store's manifest by its path. Raises TargetError, Broken."""
    if target.kind == "file" and target.path is not None:
        whole = target.path.resolve()
        found = _MANIFEST.search(whole.as_posix())
        return _open_manifest(whole, whole.parents[4], _name(found["space"], found["model"], found["tag"])) if found else None
    if target.kind != "ollama" or target.id is None:
        return None
    found = _NAME.fullmatch(target.id)
    if found is None or ".." in target.id:
        raise TargetError("not-found", f"{target.text!r} is not a name of the form ollama://model:tag")
    space, tag = found["space"] or "library", found["tag"] or "latest"
    manifest = store_folder() / "manifests" / (found["registry"] or "registry.ollama.ai") / space / found["model"] / tag
    try:
        return _open_manifest(manifest, store_folder(), _name(space, found["model"], tag))
    except Absent:
        raise TargetError("not-found", f"Ollama's store in {store_folder()} has no {target.id}") from None


def _name(space: str, model: str, tag: str) -> str:
    return f"{model}:{tag}" if space == "library" else f"{space}/{model}:{tag}"
