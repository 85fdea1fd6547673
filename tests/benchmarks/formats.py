"""Bytes and processor seconds of each output format over a folder.

    python tests/benchmarks/formats.py FOLDER [--runs 5]

Each format is written in turn, so that a machine whose speed drifts slows all of them alike; the ratio is the median of the time
by that of ``concise`` in the same round. "Report" is the time of ``modelcheck report`` on a saved JSON report: reading it and
writing the format, without the scan.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from modelcheck.reporters.formats import MODULES

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.figures import figure

MAIN = "import sys; from modelcheck.cli import main; sys.argv = ['modelcheck', *sys.argv[1:]]; main()"
BASE = "concise"


def seconds(words: tuple[str, ...], folder: Path) -> float:
    """The processor time of a command and of the processes that it starts: wall-clock time depends on what else runs."""
    before = used()
    # As in a user's installation, where Python keeps what it has compiled.
    env = {name: value for name, value in os.environ.items() if not name.startswith("HF_") and name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run([sys.executable, "-P", "-c", MAIN, *words], cwd=folder, env=env, capture_output=True, check=False)
    if done.returncode not in (0, 1) or b"Traceback" in done.stderr:
        sys.exit(f"cannot measure {' '.join(words)}: it exits {done.returncode}\n{done.stderr.decode(errors='replace')[-500:]}")
    return used() - before


def used() -> float:
    """The processor time of all processes that have ended, in seconds."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Measure in turn, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    names = [BASE, *(name for name in MODULES if name != BASE)]
    scans: dict[str, list[float]] = {name: [] for name in names}
    reports: dict[str, list[float]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as temporary:
        saved, out = Path(temporary, "saved.json"), Path(temporary, "out")
        seconds(("scan", ".", "--offline", "--format", f"json={saved}"), given.folder)
        sizes = {}
        for number in range(given.runs + 1):
            for name in names:
                scan = seconds(("scan", ".", "--offline", "--format", f"{name}={out}"), given.folder)
                sizes[name] = out.stat().st_size
                report = seconds(("report", str(saved), "--format", f"{name}={out}"), given.folder)
                if number:  # the first round warms the caches
                    scans[name].append(scan)
                    reports[name].append(report)
    print(f"{given.runs} runs of each, in turn\n\n| format | bytes | scan s | ratio to {BASE} | report s |\n|---|---|---|---|---|")
    for name in names:
        ratio = statistics.median(one / base for one, base in zip(scans[name], scans[BASE], strict=True))
        scan, report = statistics.median(scans[name]), statistics.median(reports[name])
        figure(f"{name} / {BASE}", ratio)
        figure(f"{name}: bytes", sizes[name], "bytes")
        print(f"| {name} | {sizes[name]:,} | {scan:.2f} | {ratio:.2f} | {report:.2f} |")


if __name__ == "__main__":
    main()
