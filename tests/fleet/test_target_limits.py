"""A target that takes too long or too much memory is stopped and noted, and the others go on; in threads and on Ray."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from conftest import write_tree
from fleet.conftest import CARD, CONFIG, Fleet, model, rows
from hub.server import Fault, Hub

ON = [pytest.param((), id="threads"), pytest.param(("--ray",), id="ray", marks=pytest.mark.slow)]


@pytest.mark.parametrize("on", ON)
def test_a_target_that_takes_too_long(on: tuple[str, ...], hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    for number in range(6):
        model(hub, f"acme/Thing-{number}B-Base")
    hub.faults.append(Fault("Thing-3B-Base/resolve", 200, seconds=100))
    start = time.monotonic()
    words = ("scan", "--author", "acme", "--jobs", "2", "--timeout", "90", "--target-timeout", "8", *on)
    done = fleet(*words, timeout=180)
    assert time.monotonic() - start < 80
    assert (done.code, done.out.startswith("scan 1: 5 judged, 0 unchanged, failed: 1 timeout")) == (4, True), done.out + done.err
    found = rows(tmp_path / "fleet.sqlite", "SELECT name, kind, message FROM failures")
    assert found == [("acme/Thing-3B-Base", "timeout", "it took longer than 8 seconds (--target-timeout)")]
    assert rows(tmp_path / "fleet.sqlite", "SELECT count(*) FROM fleet WHERE label = 'base'") == [(5,)]


@pytest.mark.parametrize("on", ON)
def test_a_target_that_takes_too_much_memory(on: tuple[str, ...], fleet: Fleet, tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        write_tree(tmp_path / "models" / name, {"config.json": CONFIG, "README.md": CARD.format(license="mit")})
    many = json.dumps({"model": {"vocab": {f"token{number}": number for number in range(900_000)}}, "added_tokens": []})
    write_tree(tmp_path / "models/two", {"tokenizer.json": many})
    words = ("scan", "models/one", "models/two", "models/three", "--offline", "--jobs", "2", *on)
    assert fleet(*words, "--store", "free.sqlite", timeout=180).out.startswith("scan 1: 3 judged")
    done = fleet(*words, "--target-memory", "0.15", timeout=180)
    assert (done.code, "1 memory" in done.out) == (4, True), done.out + done.err
    ((name, message),) = rows(tmp_path / "fleet.sqlite", "SELECT name, message FROM failures")
    assert (Path(name).name, message) == ("two", "it took more memory than 0.15 GB (--target-memory)")


def test_the_results_are_those_without_a_limit(hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    for number in range(8):
        model(hub, f"acme/Thing-{number}B-{'Base' if number % 2 else 'Instruct'}")
    write_tree(tmp_path / "deploy", {"run.sh": "vllm serve acme/Thing-1B-Base --tool-call-parser hermes\n"})
    targets = ("--author", "acme", "deploy", "acme/Missing-1B")
    free = fleet("scan", *targets, "--store", "free.sqlite")
    within = fleet("scan", *targets, "--store", "within.sqlite", "--target-timeout", "60", "--target-memory", "2")
    assert within.out.replace("within.sqlite", "") == free.out.replace("free.sqlite", "")
    columns = "name, version, label, p_instruct, license, base_models, template, stop_ids, errors, warnings, rules, problem"
    for query in (
        f"SELECT {columns} FROM fleet ORDER BY name",
        "SELECT path, line, target, label, rules FROM deployments ORDER BY path, line",
        "SELECT name, kind, message FROM failures",
    ):
        assert rows(tmp_path / "within.sqlite", query) == rows(tmp_path / "free.sqlite", query)
