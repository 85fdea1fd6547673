"""A Hub cache in which a checkpoint has the names of a setup: mlx-lm and transformers list its models, and load them by name."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

_COMMIT = "0" * 40
_INDEX = "model.safetensors.index.json"
"""mlx-lm lists only models that have one, and vLLM loads only the files that it names."""
_WEIGHTS = "model.safetensors"


def fill(cache: Path, checkpoint: Path, names: Iterable[str]) -> None:
    """Write one repository per name into a cache, of links to a checkpoint's files."""
    for name in names:
        repository = cache / f"models--{name.replace('/', '--')}"
        snapshot = repository / "snapshots" / _COMMIT
        snapshot.mkdir(parents=True)
        (repository / "blobs").mkdir()
        (repository / "refs").mkdir()
        (repository / "refs" / "main").write_text(_COMMIT)
        for file in checkpoint.iterdir():
            (snapshot / file.name).symlink_to(file)
        if not (snapshot / _INDEX).exists():
            (snapshot / _INDEX).write_text(json.dumps({"metadata": {}, "weight_map": dict.fromkeys(_names(snapshot), _WEIGHTS)}))


def _names(folder: Path) -> list[str]:
    """The tensors of a checkpoint with one file; none if it is a GGUF file."""
    if not (folder / _WEIGHTS).is_file():
        return []
    from safetensors import safe_open

    with safe_open(folder / _WEIGHTS, "np") as file:
        return list(file.keys())
