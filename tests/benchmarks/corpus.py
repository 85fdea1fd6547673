"""A folder of real checkpoints, in one run and one by one: seconds, peak memory, findings by rule.

python tests/benchmarks/corpus.py FOLDER      each folder in FOLDER is a checkpoint
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path


def one_by_one(folders: list[str]) -> Iterator[float]:
    """Seconds of the command on each checkpoint."""
    for folder in folders:
        command = [sys.executable, "-P", "-m", "modelcheck", "scan", "--offline", folder]
        started = time.perf_counter()
        subprocess.run(command, capture_output=True, env={**os.environ, "HF_HUB_OFFLINE": "1"}, check=False)
        yield time.perf_counter() - started


def main() -> None:
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit("no folder of real checkpoints given; it is not part of the project")
    folders = sorted(str(path) for path in Path(sys.argv[1]).iterdir() if path.is_dir())
    command = [sys.executable, "-P", "-m", "modelcheck", "scan", "--offline", "--format", "json", *folders]
    taken = []
    for _ in range(5):
        started = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "HF_HUB_OFFLINE": "1"}, check=False)
        taken.append(time.perf_counter() - started)
    report = json.loads(done.stdout)
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    alone = sorted(one_by_one(folders))
    labels = Counter(checkpoint["verdict"]["label"] for checkpoint in report["checkpoints"])
    print(
        f"{len(folders)} checkpoints: {sorted(taken)[2]:.2f} s (median of 5), peak memory of the largest process {megabytes:.0f} MB"
    )
    print(f"each of them alone, start-up included: median {alone[len(alone) // 2]:.2f} s, slowest {alone[-1]:.2f} s")
    print(f"verdicts: {dict(labels)}; errors: {len(report['errors'])}; exit {done.returncode}\n")
    print("| rule | severity | findings |\n|---|---|---|")
    for (rule, severity), count in sorted(Counter((found["rule"], found["severity"]) for found in report["findings"]).items()):
        print(f"| {rule} | {severity} | {count} |")


if __name__ == "__main__":
    main()
