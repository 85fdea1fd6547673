"""Does a short training name the start that a full one names? On the six kinds of conversations of ``fixtures/starting-points``.

``python tests/benchmarks/compare.py [TASK…] [--seeds 3] [--sizes 40,160]``: the tiny base and instruct model, each trained for a
tenth of a full training and in full, on so many conversations, 66 others held back. Everything runs in this process, on one core.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ |= {"OMP_NUM_THREADS": "1", "TRANSFORMERS_VERBOSITY": "error", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}

from modelcheck.compare.comparing import compare
from modelcheck.compare.comparison import Comparison
from modelcheck.compare.data import read_data
from modelcheck.compare.deciding import decide
from modelcheck.compare.jobs import Job
from modelcheck.compare.options import Options
from modelcheck.compare.running import Result
from modelcheck.compare.starts import open_starts
from modelcheck.compare.worker import work
from modelcheck.config import Settings
from modelcheck.plugins import Plugins

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
HELD = 66
EPOCHS = {40: 30.0, 160: 10.0}


def here(job: Job, _work: Path, _name: str, _end: float | None, _tick: Callable[[], None]) -> Result:
    """Do a job in this process."""
    found: dict[str, Any] = {}
    scores: list[dict[str, Any]] = []

    def tell(line: dict[str, Any]) -> None:
        if "row" in line:
            scores.append(line)
        else:
            found.update(line)

    with contextlib.redirect_stdout(sys.stderr):
        work(job, tell)
    return Result({**found, "done": True}, scores)


def run(task: str, size: int, share: float, seeds: int, folder: Path) -> Comparison:
    starts = open_starts([str(FIXTURES / "tiny-base"), str(FIXTURES / "tiny-instruct")], Plugins(), Settings(offline=True))
    data = read_data([FIXTURES / f"starting-points/{task}.jsonl"])
    data.conversations = data.conversations[: size + HELD]
    options = Options(
        train=share, seeds=tuple(range(seeds)), epochs=EPOCHS.get(size, 10.0), rates=(1e-3, 3e-3, 1e-2), length=256,
        held=HELD / (size + HELD), written=HELD, work=folder,
    )  # fmt: skip
    made = compare(starts, data, options, lambda _: None, here)
    decide(made)
    return made


def said(made: Comparison) -> str:
    (pair,) = made.pairs
    better = pair.better.rpartition("-")[2]
    return f"{better:8} {pair.difference.p_positive:.3f} {'decided' if pair.decided else '-':8}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasks", nargs="*")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--sizes", default="40,160")
    given = parser.parse_args()
    tasks = given.tasks or sorted(path.stem for path in (FIXTURES / "starting-points").glob("*.jsonl"))
    right = wrong = open_ = 0
    triage = [0, 0]
    print("task          size  as it is  10 %: ahead, P, decided      100 %: ahead, P, decided    s")
    for task in tasks:
        for size in map(int, given.sizes.split(",")):
            start = time.perf_counter()
            with tempfile.TemporaryDirectory() as folder:
                short, whole = (run(task, size, share, given.seeds, Path(folder)) for share in (0.1, 1.0))
            likelier = next(pair.better.rpartition("-")[2] for pair in short.triage if pair.measure == "own")
            print(f"{task:12}  {size:4}  {likelier:8}  {said(short)}  {said(whole)}  {time.perf_counter() - start:.0f}", flush=True)
            same = short.pairs[0].better == whole.pairs[0].better
            if whole.pairs[0].decided:
                triage[0] += likelier == whole.pairs[0].better.rpartition("-")[2]
                triage[1] += 1
            if short.pairs[0].decided and whole.pairs[0].decided:
                right, wrong = right + same, wrong + (not same)
            else:
                open_ += 1
    print(f"both decided: {right} of {right + wrong} the same; not both decided: {open_}; as it is: {triage[0]} of {triage[1]}")


if __name__ == "__main__":
    main()
