"""Scans every hostile folder of tests/hostile, and prints the table of docs/benchmarks.md: what each takes, and how it ends.

python tests/benchmarks/hostile_files.py
"""

from __future__ import annotations

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks.figures import figure
from hostile import binaries, checkpoints, scripts, yaml_files
from hostile.attack import NEXT, Attack, run_measured, write_files

KINDS = {
    "YAML": yaml_files.ATTACKS,
    "scripts, Python, Terraform, JSON": scripts.ATTACKS,
    "checkpoints": checkpoints.ATTACKS,
    "weights": binaries.ATTACKS,
}


def row(name: str, attack: Attack) -> str:
    """One attack: processor time, memory of the largest process, exit code."""
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder, "bad"), attack.files())
        done = run_measured("scan", "bad", NEXT, "--offline", "-q", cwd=Path(folder))
    figure(name, done.seconds, "s", 5)
    figure(f"{name}: memory", done.megabytes, "MB", 500)
    return f"| {name} | {done.seconds:.1f} | {done.megabytes:.0f} | {done.code} |"


def main() -> None:
    """Print a table for each kind."""
    for kind, attacks in KINDS.items():
        print(f"\n### {kind}\n\n| attack | seconds | MB | exit |\n|---|---|---|---|")
        with ThreadPoolExecutor(2) as threads:
            for line in threads.map(row, attacks, attacks.values()):
                print(line, flush=True)


if __name__ == "__main__":
    main()
