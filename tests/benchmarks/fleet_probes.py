"""How models that are run on Ray scale: the same probes with one worker and with two.

    python tests/benchmarks/fleet_probes.py [--probes N] [--workers N …]

Copies of the fixtures with weights are run offline. The start of Ray and of the command is measured by a scan without a probe and
taken off. Each worker has one CPU, and Ray lets a model on it use one thread.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
NAMES = ("tiny-base", "tiny-instruct", "wrong-eos", "base-with-template")


def scanned(folder: Path, *words: str) -> float:
    """Seconds of a scan of the models; raises for a failure."""
    store = folder / "fleet.sqlite"
    store.unlink(missing_ok=True)
    command = [sys.executable, "-P", "-m", "modelcheck", "fleet", "scan", "models", "--offline", "-q", "--ray", *words]
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    took = time.perf_counter() - start
    print(done.stdout.strip(), f"in {took:.1f} s, load {os.getloadavg()[0]:.1f}", flush=True)
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--probes", type=int, default=40)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for number in range(given.probes):
            shutil.copytree(FIXTURES / NAMES[number % len(NAMES)], folder / f"models/{number}-{NAMES[number % len(NAMES)]}")
        alone = 0.0
        for workers in given.workers:
            start = scanned(folder, "--jobs", str(workers))
            took = scanned(folder, "--jobs", str(workers), "--probe") - start
            alone = alone or took * workers
            print(f"{workers} workers: {took:.1f} s for {given.probes} probes, {alone / took / workers:.2f} of linear")


if __name__ == "__main__":
    main()
