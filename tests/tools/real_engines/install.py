"""Installs llama.cpp's server, with a pinned version, into an environment of its own for the tests; it is never a dependency.

    python tests/tools/real_engines/install.py

It is stored beside the real models (``tests/tools/real_models/fetch.py``).
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tools.real_models.fetch import folder

LLAMA_CPP = "xllamacpp==2026.10.11549"


def python_of() -> Path:
    """The Python of the environment, whether it exists or not."""
    return folder() / "engines" / LLAMA_CPP / "bin" / "python"


def install() -> Path:
    """The Python of the environment, installed if missing. Raises CalledProcessError if the index does not have the package."""
    python = python_of()
    if not python.is_file():
        venv.create(python.parents[1], with_pip=True)
        try:
            subprocess.run([python, "-m", "pip", "install", "-q", "--only-binary", ":all:", LLAMA_CPP], check=True)
        except subprocess.CalledProcessError:
            python.unlink()  # so that the next call tries again
            raise
    return python


if __name__ == "__main__":
    print(install())
