"""Runs the benchmarks, keeps their figures, and compares them with another run or another commit.

    python tests/benchmarks/all.py [--only NAME …] [--quick] [--corpus FOLDER] [--output FILE] [--against FILE|REV] [--rounds N]

Each benchmark prints its own table; ``--output`` keeps the figures of all as JSON. ``--against REV`` checks that commit out beside
this one, runs each benchmark on both in turn, ``--rounds`` times, and prints what has become slower by more than 15 %: the median
over the pairs. ``--against FILE`` compares ratios and counts with those of a kept run, since seconds depend on the machine.
Exits with 1 if a benchmark fails or something became slower. ``--quick`` takes few runs of those that allow it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from benchmarks.figures import FILE, read_figures  # noqa: E402

SLOWER = 1.15
"""Times the figure before: above it, something became slower."""
COMPARABLE = ("ratio", "requests", "bytes", "modules")
"""Units that do not depend on the machine."""
CORPUS = "{corpus}"
Figures = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Benchmark:
    """The arguments of a script, and those of a quick run; without these a quick run leaves it out."""

    words: tuple[str, ...] = ()
    quick: tuple[str, ...] | None = None


BENCHMARKS = {
    "startup": Benchmark(quick=("--runs", "3")),
    "unchanged": Benchmark(quick=("--pairs", "2")),
    "hub_requests": Benchmark(quick=("--pairs", "2", "--repositories", "20")),
    "deployments": Benchmark(),
    "formats": Benchmark((str(ROOT / "fixtures"),), (str(ROOT / "fixtures"), "--runs", "1")),
    "hostile_files": Benchmark(),
    "fleet": Benchmark(quick=("--models", "40")),
    "fleet_report": Benchmark(quick=("--models", "500", "--deployments", "50", "--scans", "2")),
    "weight_lineage": Benchmark(("--tiny",), ("--tiny", "--runs", "2")),
    "probe": Benchmark(quick=("--rounds", "2")),
    "fleet_probes": Benchmark(),
    "compare": Benchmark(),
    "compare_overhead": Benchmark(quick=("1",)),
    "compare_statistics": Benchmark(quick=("20",)),
    "corpus": Benchmark((f"{CORPUS}/checkpoints",), (f"{CORPUS}/checkpoints",)),
    "metadata_files": Benchmark((CORPUS,), (CORPUS,)),
}


def main() -> None:
    """Run what was asked for."""
    given = arguments()
    chosen = {name: words for name in given.only or BENCHMARKS if (words := words_of(name, given)) is not None}
    runs: dict[str, list[Figures]] = {name: [] for name in chosen}
    before: dict[str, list[Figures]] = {name: [] for name in chosen}
    failed: set[str] = set()
    saved = Path(given.against) if given.against and Path(given.against).is_file() else None
    started = time.time()
    with checked_out(None if saved else given.against) as other:
        for name, words in chosen.items():
            for _ in range(given.rounds if other else 1):
                for tree, kept in ((None, runs), (other, before)):
                    if tree is not None or kept is runs:
                        figures = run(name, words, tree)
                        if figures is None:
                            failed.add(name)
                        else:
                            kept[name].append(figures)
    if given.output:
        given.output.write_text(json.dumps(as_json(runs, time.time() - started), indent=1) + "\n", "utf-8")
    slower = changes_since(runs, json.loads(saved.read_text("utf-8"))) if saved else changes(runs, before)
    for line in slower:
        print(line)
    if given.against and not slower:
        print(f"nothing became slower by more than {SLOWER - 1:.0%}")
    sys.exit(f"failed: {', '.join(sorted(failed))}" if failed else 1 if slower else 0)


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=list(BENCHMARKS), metavar="NAME", help=f"one of {', '.join(BENCHMARKS)}")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--corpus", type=Path, help="labelled real checkpoints, which are not part of the project")
    parser.add_argument("--output", type=Path, metavar="FILE")
    parser.add_argument("--against", metavar="FILE|REV")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def words_of(name: str, given: argparse.Namespace) -> list[str] | None:
    """The arguments of a benchmark, or None with a line that says why it is left out."""
    words = BENCHMARKS[name].quick if given.quick else BENCHMARKS[name].words
    if words is None:
        print(f"{name}: not part of a quick run")
        return None
    if not given.corpus and any(CORPUS in word for word in words):
        print(f"{name}: needs --corpus FOLDER")
        return None
    return [word.replace(CORPUS, str(given.corpus)) for word in words]


def run(name: str, words: Sequence[str], tree: Path | None) -> Figures | None:
    """The figures of one run, of the code in ``tree`` or of this one; None if it fails. Its table goes to standard output."""
    print(f"\n## {name}{f', {tree.name}' if tree else ''}\n", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "figures")
        env = {**environment(tree), FILE: str(file)}
        done = subprocess.run([sys.executable, str(ROOT / f"tests/benchmarks/{name}.py"), *words], env=env, check=False)
        if done.returncode:
            print(f"{name} fails with exit code {done.returncode}")
            return None
        return {str(one["name"]): one for one in read_figures(file)}


def environment(tree: Path | None) -> dict[str, str]:
    """The environment in which modelcheck is that of a folder."""
    return {**os.environ, **({"PYTHONPATH": os.pathsep.join((str(tree), str(tree / "rules")))} if tree else {})}


@contextmanager
def checked_out(revision: str | None) -> Iterator[Path | None]:
    """A folder with another commit until the block ends; None without one."""
    if revision is None:
        yield None
        return
    git = ("git", "-C", str(ROOT))
    found = subprocess.run(
        [*git, "rev-parse", "--short", "--verify", f"{revision}^{{commit}}"], capture_output=True, text=True, check=False
    )
    if found.returncode:
        sys.exit(f"--against {revision}: no such file, and no such commit")
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder, found.stdout.strip())
        subprocess.run([*git, "worktree", "add", "--quiet", "--detach", str(tree), revision], check=True)
        try:
            for package in ("modelcheck", "modelcheck_rules"):
                where = [sys.executable, "-P", "-c", f"import {package}; print({package}.__file__)"]
                there = subprocess.run(where, env=environment(tree), capture_output=True, text=True, check=True).stdout.strip()
                if not Path(there).is_relative_to(tree):
                    sys.exit(f"cannot compare: with that commit's folder on PYTHONPATH, {package} is still {there}")
            yield tree
        finally:
            subprocess.run([*git, "worktree", "remove", "--force", str(tree)], check=True)


def as_json(runs: Mapping[str, Sequence[Figures]], seconds: float) -> dict[str, Any]:
    """What is kept: where it was measured, and each figure with its median."""
    commit = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    where = {"python": platform.python_version(), "system": platform.system(), "cores": os.cpu_count(), "load": os.getloadavg()[0]}
    return {
        "commit": commit.stdout.strip() or None,
        "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "seconds": round(seconds),
        **where,
        "benchmarks": {name: list(medians(figures).values()) for name, figures in runs.items() if figures},
    }


def medians(runs: Sequence[Figures]) -> Figures:
    """Each figure with its median over the runs that have it."""
    names = dict.fromkeys(name for figures in runs for name in figures)
    found = {name: [figures[name] for figures in runs if name in figures] for name in names}
    return {name: {**each[0], "value": statistics.median(one["value"] for one in each)} for name, each in found.items()}


def changes(runs: Mapping[str, Sequence[Figures]], before: Mapping[str, Sequence[Figures]]) -> list[str]:
    """What became slower: the median over pairs of runs, which followed each other on one machine."""
    found = []
    for name, ours in runs.items():
        pairs = list(zip(ours, before[name], strict=False))
        for figure in medians([one for _, one in pairs]):
            both = [(a[figure]["value"], b[figure]["value"]) for a, b in pairs if figure in a and figure in b]
            times = [a / b if b else float(a > b) * 2 for a, b in both]
            if times and statistics.median(times) > SLOWER:
                found.append(_line(name, figure, statistics.median(times), medians(ours)[figure], f"{len(times)} pairs"))
    return found


def changes_since(runs: Mapping[str, Sequence[Figures]], kept: Mapping[str, Any]) -> list[str]:
    """What became slower since a kept run."""
    found = []
    for name, ours in runs.items():
        before = {one["name"]: one for one in kept["benchmarks"].get(name, ()) if one["unit"] in COMPARABLE}
        for figure, now in medians(ours).items():
            if figure in before and now["value"] > SLOWER * before[figure]["value"]:
                times = now["value"] / before[figure]["value"] if before[figure]["value"] else float("inf")
                found.append(_line(name, figure, times, now, f"commit {str(kept['commit'])[:8]}"))
    return found


def _line(name: str, figure: str, times: float, now: Mapping[str, Any], by: str) -> str:
    what = "slower" if now["unit"] in ("s", "ratio") else "more"
    return f"{what}: {name}, {figure}: {times:.2f} times that before ({by}), now {now['value']:g} {now['unit']}"


if __name__ == "__main__":
    main()
