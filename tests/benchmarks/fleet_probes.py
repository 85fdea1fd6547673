"""How models that are run on Ray scale: the same probes with one worker and with two.

    python tests/benchmarks/fleet_probes.py [--probes N] [--workers N …]

Copies of the fixtures with weights are run offline. The start of Ray and of the command is measured by a scan without a probe and
taken off. Each worker has one CPU, and Ray lets a model on it use one thread. What the probes themselves take is the time for which
their processes exist: divided by the time of all workers, it says how much of that was spent on anything else, also where the
processor is shared with other programs.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil

PROBE = "modelcheck.probe.worker"
FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
NAMES = ("tiny-base", "tiny-instruct", "wrong-eos", "base-with-template")


def scanned(folder: Path, *words: str) -> tuple[float, float]:
    """Seconds of a scan of the models, and of the models themselves; raises for a failure."""
    store = folder / "fleet.sqlite"
    store.unlink(missing_ok=True)
    command = [sys.executable, "-P", "-m", "modelcheck", "fleet", "scan", "models", "--offline", "-q", "--ray", *words]
    start = time.perf_counter()
    env = os.environ | {"HF_HOME": str(folder / "hf")}
    with subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE, text=True) as process:
        lived: dict[int, tuple[float, float]] = {}
        while process.poll() is None:
            for one in psutil.process_iter(["cmdline"]):
                with suppress(psutil.Error):  # it has ended
                    if PROBE in (one.info["cmdline"] or ()) and one.environ().get("HF_HOME") == env["HF_HOME"]:
                        lived[one.pid] = (one.create_time(), time.time())
            time.sleep(0.05)
        said = process.communicate()[0].strip()
    took = time.perf_counter() - start
    own = sum(last - first for first, last in lived.values())
    print(f"{said} in {took:.1f} s, load {os.getloadavg()[0]:.1f}", flush=True)
    return took, own


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
            start, _ = scanned(folder, "--jobs", str(workers))
            took, own = scanned(folder, "--jobs", str(workers), "--probe")
            share = own / took / workers
            took -= start
            alone = alone or took * workers
            print(f"{workers} workers: {took:.1f} s for {given.probes} probes, {alone / took / workers:.2f} of linear", end="; ")
            print(f"probes' own time {own:.1f} s, {share:.2f} of the workers' time, the start included", flush=True)


if __name__ == "__main__":
    main()
