"""Many targets are looked at in several processes: the same results, and nothing is lost where one dies."""

from __future__ import annotations

import os
import signal
from contextlib import closing
from pathlib import Path

import pytest
from modelcheck.config import Settings
from modelcheck.fleet.limited import Limited
from modelcheck.fleet.looking import Outcome, Plan
from modelcheck.fleet.processes import in_processes, processes_for
from modelcheck.fleet.targets import Item
from modelcheck.fleet.threads import in_threads
from modelcheck.plugins import Plugins
from modelcheck.records import replace

from conftest import write_tree
from fleet.conftest import CARD, CONFIG, Fleet, rows

COLUMNS = "name, version, label, p_instruct, license, errors, warnings, rules"


def plan_for(tmp_path: Path, jobs: int = 2) -> Plan:
    return Plan(replace(Settings(), offline=True), jobs, "by", tmp_path / "fleet.sqlite")


def models(folder: Path, count: int) -> list[tuple[Item, None]]:
    for number in range(count):
        files = {"config.json": CONFIG, "README.md": CARD.format(license="mit")}
        write_tree(folder / f"Thing-{number}B-{'Base' if number % 2 else 'Instruct'}", files)
    return [(Item("checkpoint", one.name, str(one)), None) for one in sorted(folder.iterdir())]


def children() -> set[int]:
    return {int(pid) for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()}


@pytest.mark.parametrize(
    ("jobs", "offline", "targets", "changes", "expected"),
    [
        (16, False, 1000, {}, 2),
        (8, False, 1000, {}, 2),
        (7, False, 1000, {}, 1),
        (2, True, 1000, {}, 2),
        (1, True, 1000, {}, 1),
        (16, False, 199, {}, 1),
        (16, False, 1000, {"seconds": 5.0}, 1),
    ],
)
def test_how_many(
    jobs: int,
    offline: bool,
    targets: int,
    changes: dict[str, float],
    expected: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    plan = replace(plan_for(tmp_path, jobs), settings=replace(Settings(), offline=offline), **changes)
    assert processes_for(plan, targets) == expected


def test_the_results_are_those_of_threads(fleet: Fleet, tmp_path: Path) -> None:
    models(tmp_path / "models", 210)
    for jobs, store in (("1", "threads.sqlite"), ("2", "processes.sqlite")):
        done = fleet("scan", "models", "--offline", "--jobs", jobs, "--store", store)
        assert (done.code, done.out.startswith("scan 1: 211 judged")) == (0, True), done.out + done.err
    query = f"SELECT {COLUMNS} FROM fleet ORDER BY name"
    found = rows(tmp_path / "processes.sqlite", query)
    assert len(found) == 210
    assert found == rows(tmp_path / "threads.sqlite", query)


def test_a_process_that_dies_loses_nothing(tmp_path: Path) -> None:
    waiting = models(tmp_path / "models", 60)
    before = children()
    found = {}
    with closing(in_processes(waiting, plan_for(tmp_path), 2)) as outcomes:
        for number, (outcome, _) in enumerate(outcomes):
            if number == 0:
                os.kill(min(children() - before), signal.SIGKILL)
            assert outcome.item.name not in found
            found[outcome.item.name] = outcome
    assert children() <= before
    assert {name: one.failure for name, one in found.items()} == {item.name: None for item, _ in waiting}
    plugins = Plugins({})
    expected = {one.item.name: one.checkpoint for one, _ in in_threads(waiting, plugins.registry, plugins, plan_for(tmp_path))}
    assert {name: one.checkpoint for name, one in found.items()} == expected


def test_processes_that_do_not_start_lose_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = models(tmp_path / "models", 20)
    monkeypatch.setattr("modelcheck.fleet.processes.WORKER", "modelcheck.fleet.no_such_module")
    found = [outcome for outcome, _ in in_processes(waiting, plan_for(tmp_path), 2)]
    assert {one.item.name: one.failure for one in found} == {item.name: None for item, _ in waiting}


def test_where_no_process_can_be_started_each_target_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    waiting = models(tmp_path / "models", 40)
    monkeypatch.setattr("modelcheck.fleet.processes.start", refused)
    found = {outcome.item.name: outcome.failure for outcome, _ in in_processes(waiting, plan_for(tmp_path), 2)}
    assert found.keys() == {item.name for item, _ in waiting}
    assert set(found.values()) == {("crash", "no process for it could be started")}


@pytest.mark.parametrize("limited", [False, True])
def test_the_standard_input_of_a_process_is_no_target(limited: bool, tmp_path: Path) -> None:
    plan = plan_for(tmp_path)
    item = Item("checkpoint", "-", "-")
    if limited:
        process = Limited(plan)
        outcome = process.look(item, None, "all")
        process.close()
    else:
        ((outcome, _),) = in_processes([(item, None)], plan, 2)
    assert isinstance(outcome, Outcome)
    assert (outcome.failure or ("",))[0] in ("not-found", "unreadable"), outcome.failure


def test_who_stops_early_leaves_no_process(tmp_path: Path) -> None:
    before = children()
    outcomes = in_processes(models(tmp_path / "models", 40), plan_for(tmp_path), 2)
    next(iter(outcomes))
    assert len(children() - before) == 2
    outcomes.close()  # type: ignore[attr-defined]
    assert children() <= before
