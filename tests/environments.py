"""A fresh virtual environment with modelcheck and others' packages, each installed from its wheel."""

from __future__ import annotations

import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

from conftest import ROOT, clean_environment


def make_environment(folder: Path, projects: Sequence[Path], requirements: Sequence[str] = ()) -> Path:
    """The environment ``folder/venv``; the wheels are in ``folder/wheels``.

    ``requirements`` are fetched. Everything else that modelcheck needs is what this environment has.
    """
    for project in (ROOT, *projects):
        build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder / "wheels"), str(project)]
        done = subprocess.run(build, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    venv.create(folder / "venv")
    pip = [sys.executable, "-m", "pip", "--python", folder / "venv/bin/python", "install", "-q"]  # its own takes seconds to unpack
    wheels = sorted((folder / "wheels").glob("*.whl"))
    subprocess.run([*pip, "--no-deps", "--no-index", *wheels], check=True, capture_output=True)
    if requirements:
        subprocess.run([*pip, "--no-compile", *requirements], check=True, capture_output=True)
    # The dependencies come from this environment, last on the path, where our own development install is not looked for.
    site = next(path for path in sys.path if path.endswith("site-packages"))
    target = next((folder / "venv/lib").glob("python*/site-packages"))
    (target / "borrowed.pth").write_text(f"{site}\n")
    return folder / "venv"


def run_in(environment: Path, *words: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a program of the environment."""
    command = [environment / "bin" / words[0], *words[1:]]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=clean_environment(**env), check=False)
