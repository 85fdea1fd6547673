"""The script that makes the fitted table, on rows whose truth is known."""

from __future__ import annotations

import math
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from modelcheck.fitted import SLOPE, WEIGHTS
from modelcheck.plugins import Plugins

from conftest import ROOT
from tools.fitting import fit
from tools.fitting.report import calibration, cells

KINDS = {
    "s/a:x": fit.Kind("s/a:x", "name", 1.0),
    "s/a:y": fit.Kind("s/a:y", "name", -1.0),
    "s/b:z": fit.Kind("s/b:z", "card", 2.0),
}


def row(family: str, instruct: bool, count: int, *kinds: str) -> fit.Row:
    return fit.Row("name", family, instruct, count, kinds)


def test_what_was_never_seen_keeps_its_judgement() -> None:
    weights = fit.fit([row("a", True, 400, "s/a:x"), row("b", False, 400, "s/a:y")], KINDS)
    assert math.isclose(weights["s/b:z"], 2.0, abs_tol=0.01)


def test_much_evidence_moves_a_judgement_and_little_hardly() -> None:
    many = [row(f"f{n}", n % 4 > 0, 1, "s/b:z") for n in range(2000)] + [row(f"g{n}", n % 4 == 0, 1) for n in range(2000)]
    few = many[:8] + many[-8:]
    assert math.isclose(fit.fit(many, KINDS)["s/b:z"], math.log(3), abs_tol=0.1)
    assert math.isclose(fit.fit(few, KINDS)["s/b:z"], 2.0, abs_tol=0.25)


def test_base_and_instruct_count_alike_and_families_by_their_root() -> None:
    rows = [row("a", True, 100), row("b", True, 1), row("c", False, 4)]
    shares = fit.row_weights(rows)
    assert math.isclose(shares[0] + shares[1], shares[2])
    assert math.isclose(shares[0] / shares[1], 10.0)


def test_in_a_group_the_strongest_counts() -> None:
    weights = {name: kind.judged for name, kind in KINDS.items()} | {"s/a:y": -3.0}
    assert fit.counted(row("a", True, 1, "s/a:x", "s/a:y", "s/b:z"), KINDS, weights) == {"s/a:y": 1.0, "s/b:z": 1.0}


def test_of_statements_the_strongest_of_each_side_counts_and_half_of_a_second() -> None:
    kinds = {
        name: fit.Kind(name, "card", weight) for name, weight in (("s/c:a", 3.0), ("s/c:b", 2.5), ("s/c:c", 2.0), ("s/c:d", -1.0))
    }
    weights = {name: kind.judged for name, kind in kinds.items()}
    assert fit.counted(row("a", True, 1, *kinds), kinds, weights) == {"s/c:a": 1.0, "s/c:b": 0.5, "s/c:d": 1.0}


def test_a_slope_never_makes_surer() -> None:
    right = [(row(f"f{n}", n % 2 == 0, 1), 1.0 if n % 2 == 0 else -1.0) for n in range(50)]
    assert fit.slope(right) == 1.0
    doubtful = [(row(f"f{n}", n % 3 > 0, 1), 4.0) for n in range(60)] + [(row(f"g{n}", n % 3 == 0, 1), -4.0) for n in range(60)]
    assert fit.slope(doubtful) < 0.5


def test_calibration_is_the_distance_of_what_was_said_from_what_came_true() -> None:
    judged = [(row("a", True, 3), 0.95), (row("b", False, 1), 0.95)]
    assert cells(judged)[0][1:] == (0.75, 4)
    assert math.isclose(calibration(judged), 0.2)


@pytest.mark.parametrize(("text", "same"), [("a +4.13 |", True), ("a +4.3 |", False), ("b +4.1 |", False), ("a +4.1 | 3", False)])
def test_texts_are_close_but_for_last_digits(text: str, same: bool) -> None:
    assert fit.close("a +4.1 |", text) is same


def test_every_row_of_the_table_is_a_signal_of_ours() -> None:
    signals = Plugins().registry.signals
    assert WEIGHTS
    assert 0 < SLOPE <= 1
    for name in WEIGHTS:
        assert signals[name.partition(":")[0]].plugin == "modelcheck_rules"


def test_the_check_fails_where_a_weight_was_changed_by_hand(tmp_path: Path) -> None:
    for part in ("modelcheck", "tests/tools/fitting", "docs"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    script = tmp_path / "tests/tools/fitting/fit.py"

    def check() -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False, cwd=tmp_path)

    assert check().returncode == 0
    table = tmp_path / "modelcheck/fitted.py"
    table.write_text(table.read_text("utf-8").replace(f"{max(WEIGHTS.values()):.1f}", "9.9"), "utf-8")
    done = check()
    assert (done.returncode, "fitted.py" in done.stderr) == (1, True)
