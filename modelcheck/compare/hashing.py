"""A digest of a start's files, so that a result is used again only for the same weights, and so that a report can name them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from modelcheck.probe.messages import Place

_SUFFIXES = (".safetensors", ".bin", ".gguf", ".json", ".model", ".jinja", ".tiktoken", ".txt")


def digest_of(*places: Place | None) -> str:
    """The commit of a repository on the Hub; of a folder a digest of the content of its model files. Raises OSError."""
    whole = hashlib.sha256()
    for place in places:
        if place is None:
            continue
        if place.folder is None:
            whole.update(f"{place.repo}@{place.revision}\n".encode())
            continue
        folder = Path(place.folder)
        names = [place.gguf] if place.gguf else sorted(one.name for one in folder.iterdir() if one.name.endswith(_SUFFIXES))
        for name in names:
            with (folder / name).open("rb") as file:
                whole.update(f"{name}\0{hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode("utf-8", "surrogateescape"))
    return whole.hexdigest()[:16]
