"""A second scan of a folder in which nothing has changed, beside the first, and the first beside one without a cache.

    python tests/benchmarks/unchanged.py [--folder FOLDER] [--pairs 15]

Without FOLDER, the fixtures' deployment files are copied, each with a comment of its own, among files without a model. The scans
of a pair follow each other; each figure is the median over pairs.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from benchmarks.figures import figure  # noqa: E402

COPIES = 25
_COMMENTED = (".yaml", ".yml", ".sh", ".py", ".tf", ".toml")
_OF_CHECKPOINTS = ("config.json", "tokenizer_config.json", "generation_config.json", "tokenizer.json")


def make(folder: Path) -> None:
    """Write a repository of some thousand files."""
    fixtures = [path for path in (ROOT / "fixtures").rglob("*") if path.is_file() and path.suffix in (*_COMMENTED, ".json")]
    for number in range(COPIES):
        for path in fixtures:
            if path.name in _OF_CHECKPOINTS or path.stat().st_size > 20_000:
                continue
            to = folder / f"service{number}" / path.relative_to(ROOT / "fixtures")
            to.parent.mkdir(parents=True, exist_ok=True)
            comment = f"\n# copy {number}\n" if path.suffix in _COMMENTED else ""
            to.write_text(path.read_text("utf-8") + comment, "utf-8")
        for other in range(20):
            to = folder / f"service{number}/src/values{other}.yaml"
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_text("".join(f"key{key}:\n  name: a{number}{other}\n  list: [1, 2, {key}]\n" for key in range(60)), "utf-8")


def scan(folder: Path, cache: Path, *options: str) -> tuple[float, float, str]:
    """Wall-clock seconds, processor seconds and the report of a scan."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env["MODELCHECK_CACHE"] = str(cache)
    words = ("scan", ".", "--offline", "--budget", "files", "--format", "json", *options)
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-P", "-m", "modelcheck", *words], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        sys.exit(f"cannot measure: the scan exits {done.returncode}: {done.stderr[-500:]}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--pairs", type=int, default=15)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder, cache = given.folder or Path(temporary, "tree"), Path(temporary, "cache")
        if given.folder is None:
            make(folder)
        scan(folder, cache, "--no-cache")  # compiles what it needs
        rows = []
        for _ in range(given.pairs):
            shutil.rmtree(cache, ignore_errors=True)
            without, first, second = scan(folder, cache, "--no-cache"), scan(folder, cache), scan(folder, cache)
            if not without[2] == first[2] == second[2]:
                sys.exit("the reports differ")
            rows.append((without, first, second))
        entries = sum(path.stat().st_size for path in cache.glob("*.json"))
        files = sum(path.is_file() for path in folder.rglob("*"))
        print(f"{files} files, {given.pairs} pairs, {entries / 1e6:.1f} MB kept\n")
        print("| ratio | wall clock | processor time |\n|---|---|---|")
        for name, one, other, goal in (("second, unchanged / first", 2, 1, 0.3), ("first / without a cache", 1, 0, None)):
            wall, used = (statistics.median(row[one][kind] / row[other][kind] for row in rows) for kind in (0, 1))
            figure(name, wall, goal=goal)
            figure(f"{name}, processor time", used)
            print(f"| {name} | {wall:.2f} | {used:.2f} |")
        print(f"\nfirst {statistics.median(row[1][0] for row in rows):.2f} s, ", end="")
        print(f"second {statistics.median(row[2][0] for row in rows):.2f} s")


if __name__ == "__main__":
    main()
