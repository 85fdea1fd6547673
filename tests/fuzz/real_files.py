"""Fuzzes the whole command with real files, each changed at random, among the files that lie beside it.

    python tests/fuzz/real_files.py [FOLDER ...] [--seconds 60] [--seed 0] [--keep FOLDER]

takes files of the repository's own fixtures, or of the folders named, for that time, and prints the number of scans, the slowest
and the memory. Exits with 1 after a scan that crashed, took more than 5 seconds of the processor, or pushed the process above 500
MB; --keep says where to write the tree that did. By hand: a run finds other files than the last one only with another seed.
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from click.testing import CliRunner
from modelcheck.cli import cli

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from fuzz.targets import MEGABYTES, SECONDS, mutated

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
_LARGEST = 2**20
"""Bytes of a file that is changed, and of those beside it together."""
_MOST_BESIDE = 30
_FEW = 0.15
"""How often a file that lies beside the changed one is changed, too."""


def candidates(folders: Sequence[Path]) -> list[Path]:
    """The files of ordinary size below folders, in order."""
    paths = (path for folder in folders for path in sorted(folder.rglob("*")))
    return [path for path in paths if path.is_file() and not path.is_symlink() and 0 < path.stat().st_size <= _LARGEST]


def tree_of(path: Path, choices: random.Random) -> dict[str, bytes]:
    """A changed file and those beside it, by name."""
    files = {path.name: mutated(path.read_bytes(), choices)}
    size = 0
    for other in sorted(path.parent.iterdir())[:_MOST_BESIDE]:
        if other == path or not other.is_file() or (size := size + other.stat().st_size) > _LARGEST:
            continue
        content = other.read_bytes()
        files[other.name] = mutated(content, choices) if content and choices.random() < _FEW else content
    return files


def scan(files: dict[str, bytes]) -> tuple[float, str]:
    """Scan a tree; the processor's seconds, and what went wrong: the output of a crash, or an empty text."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        started = time.process_time()
        done = CliRunner().invoke(cli, ["scan", folder, "--offline", "--budget", "weights", "-v"])
        seconds = time.process_time() - started
    crashed = (
        done.exit_code not in (0, 1, 4)
        or "Traceback" in done.output
        or (done.exception and not isinstance(done.exception, SystemExit))
    )
    return seconds, f"exit {done.exit_code}: {done.exception!r}\n{done.output[-3000:]}" if crashed else ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, default=[FIXTURES])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    choices, paths = random.Random(asked.seed), candidates(asked.folders or [FIXTURES])
    ends, count, slowest, name = time.monotonic() + asked.seconds, 0, 0.0, ""
    while time.monotonic() < ends:
        path = choices.choice(paths)
        files = tree_of(path, choices)
        seconds, wrong = scan(files)
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        wrong = (
            wrong or (f"{seconds:.1f} s" if seconds > SECONDS else "") or (f"{megabytes:.0f} MB" if megabytes > MEGABYTES else "")
        )
        count += 1
        slowest, name = max((slowest, name), (seconds, str(path)))
        if wrong:
            print(f"{path} (scan {count}, seed {asked.seed}): {wrong}")
            if asked.keep:
                shutil.rmtree(asked.keep, ignore_errors=True)
                asked.keep.mkdir(parents=True)
                for one, content in files.items():
                    (asked.keep / one).write_bytes(content)
            return 1
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    print(f"{count} scans of {len(paths)} files, slowest {slowest:.2f} s ({name}), at most {memory:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
