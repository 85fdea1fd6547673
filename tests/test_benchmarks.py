"""One command runs the benchmarks, keeps their figures, and tells what became slower."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.all import BENCHMARKS, changes, changes_since
from conftest import ROOT, clean_environment

ALL = ROOT / "tests/benchmarks/all.py"
HELPERS = {"all", "figures", "weight_pairs"}
QUICK = ("--only", "fleet_report", "--quick")


def run(*words: str | Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, str(ALL), *map(str, words)], capture_output=True, text=True, env=clean_environment(), check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr


def worktrees() -> str:
    return subprocess.run(["git", "worktree", "list"], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def figures(**values: float) -> dict[str, dict[str, Any]]:
    return {name: {"name": name, "value": value, "unit": "ratio", "goal": None} for name, value in values.items()}


def test_it_knows_every_benchmark() -> None:
    assert BENCHMARKS.keys() == {path.stem for path in ALL.parent.glob("*.py")} - HELPERS


def test_figures_are_kept_and_compared_with_a_kept_run(tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    code, told = run(*QUICK, "--output", kept)
    assert (code, "500 checkpoints" in told) == (0, True)
    found = json.loads(kept.read_text())
    by_name = {one["name"]: one for one in found["benchmarks"]["fleet_report"]}
    assert by_name["bytes a row"]["value"] > 100
    assert by_name["written in"]["unit"] == "s"
    code, told = run(*QUICK, "--against", kept)
    assert (code, told.splitlines()[-1]) == (0, "nothing became slower by more than 15%")
    by_name["bytes a row"]["value"] /= 2
    by_name["written in"]["value"] /= 100
    kept.write_text(json.dumps(found))
    code, told = run(*QUICK, "--against", kept)
    (line,) = [line for line in told.splitlines() if "times that before" in line]
    assert (code, line.startswith("more: fleet_report, bytes a row: 2.00 times")) == (1, True), "seconds are of a machine"


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="the project is no clone here")
def test_another_commit_is_measured_beside_this_one_and_its_folder_is_gone_afterwards() -> None:
    before = worktrees()
    code, told = run(*QUICK, "--against", "HEAD", "--rounds", "1")
    assert code in (0, 1), "one pair on a busy machine says nothing of the speed"
    assert told.count("500 checkpoints") == 2
    assert worktrees() == before
    code, told = run(*QUICK, "--against", "no-such-commit")
    assert (code, "no such file, and no such commit" in told) == (1, True)


def test_what_a_run_leaves_out_and_what_fails_is_told() -> None:
    code, told = run("--only", "corpus", "deployments", "--quick")
    assert (code, told.splitlines()) == (0, ["corpus: needs --corpus FOLDER", "deployments: not part of a quick run"])
    code, told = run("--only", "corpus", "--corpus", "no-such-folder")
    assert (code, told.splitlines()[-1]) == (1, "failed: corpus")


def test_slower_is_the_median_over_pairs() -> None:
    ours = [figures(a=value, b=1.0) for value in (1.3, 1.0, 1.2)]
    before = [figures(a=1.0, b=1.0)] * 3
    (line,) = changes({"x": ours}, {"x": before})
    assert line == "slower: x, a: 1.20 times that before (3 pairs), now 1.2 ratio"
    assert changes({"x": [figures(a=1.1)] * 3}, {"x": before}) == []
    assert changes({"x": [figures(new=9.0)]}, {"x": before}) == [], "nothing to compare with"
    assert changes({"x": [figures(a=0.5)] * 3}, {"x": before}) == []


def test_a_count_that_was_zero_may_not_grow() -> None:
    kept = {"commit": "abc", "benchmarks": {"x": [{"name": "a", "value": 0, "unit": "requests"}]}}
    assert changes_since({"x": [figures(a=1.0)]}, kept)
    assert not changes_since({"x": [figures(a=0.0)]}, kept)
    assert changes({"x": [figures(a=1.0)]}, {"x": [figures(a=0.0)]})
