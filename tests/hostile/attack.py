"""What an attack is, and how it is run and measured: as a command on a folder, by a process that knows its cost."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from conftest import ROOT, clean_environment

SECONDS = 5.0
"""Processor time that one hostile file may cost, start-up included."""
MEGABYTES = 500
NEXT = str(ROOT / "fixtures/tiny-base")
"""The target after the hostile one, which must still be judged."""
CONFIG = {"config.json": '{"model_type": "llama"}'}
_MEASURE = """
import json, resource, subprocess, sys, time
started = time.monotonic()
done = subprocess.run(sys.argv[2:], stdin=subprocess.DEVNULL, capture_output=True, timeout=float(sys.argv[1]))
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({
    "code": done.returncode, "out": done.stdout.decode(errors="replace"), "err": done.stderr.decode(errors="replace"),
    "seconds": used.ru_utime + used.ru_stime, "wall": time.monotonic() - started, "megabytes": used.ru_maxrss / 1024,
}))
"""


@dataclass(frozen=True, slots=True)
class Sparse:
    """A file of ``size`` bytes that starts with ``head`` and takes hardly any space on the disk."""

    head: bytes
    size: int


Files = Mapping[str, "str | bytes | Sparse"]


@dataclass(frozen=True, slots=True)
class Attack:
    """A folder that is made to hurt. ``files`` makes its files, ``says`` is what the report must say about them."""

    files: Callable[[], Files]
    says: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a command printed, and what it cost: processor ``seconds`` of all its processes, ``megabytes`` of the largest."""

    code: int
    out: str
    err: str
    seconds: float
    wall: float
    megabytes: float


def write_files(folder: Path, files: Files) -> None:
    """Write an attack's files below a folder."""
    for path, content in files.items():
        there = folder / path
        there.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Sparse):
            there.write_bytes(content.head)
            with there.open("r+b") as file:
                file.truncate(content.size)
        else:
            there.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)


def run_measured(*words: str, cwd: Path, timeout: float = 60, env: Mapping[str, str] | None = None) -> Measured:
    """Run ``modelcheck`` with these words in a folder. Raises CalledProcessError where it does not end in ``timeout`` seconds."""
    command = [sys.executable, "-S", "-c", _MEASURE, str(timeout), sys.executable, "-P", "-m", "modelcheck", *words]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=cwd, env=clean_environment(**(env or {})), check=True, timeout=timeout + 30
    )
    return Measured(**json.loads(done.stdout))
