"""Weights that ``fleet scan --probe`` fetches are removed after it, whatever ends it; what was in the cache before stays."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from modelcheck.probe.borrowed import borrowed_folder, remove_left

from conftest import Command, clean_environment
from fleet.conftest import rows
from hub.server import Fault, Hub
from hub.test_probe import FILES

slow = pytest.mark.slow
SCAN = ("fleet", "scan", "acme/thing", "--probe")


@pytest.fixture
def home(hub: Hub, tmp_path: Path) -> Path:
    hub.add("acme/thing", FILES)
    return tmp_path / "hf-home"


def weights(home: Path) -> list[Path]:
    """All copies of the weights, under whatever name, and all folders of probes."""
    size = len(FILES["model.safetensors"])
    copies = [one for one in home.rglob("*") if one.is_file() and not one.is_symlink() and one.stat().st_size == size]
    return copies + list(home.rglob(".modelcheck-probes/*"))


def run(modelcheck: Command, hub: Hub, tmp_path: Path, *words: str) -> list[tuple[str | None, str | None]]:
    modelcheck(*SCAN, *words, env={"HF_ENDPOINT": hub.address}, cwd=tmp_path, timeout=180)
    found: list[tuple[str | None, str | None]] = rows(tmp_path / "fleet.sqlite", "SELECT probe, problem FROM fleet")
    return found


@slow
@pytest.mark.parametrize("on", [(), ("--ray", "--jobs", "1")], ids=["threads", "ray"])
def test_they_are_removed_after_the_probe(on: tuple[str, ...], hub: Hub, home: Path, modelcheck: Command, tmp_path: Path) -> None:
    assert run(modelcheck, hub, tmp_path, *on) == [("instruct", None)]
    assert any("model.safetensors" in asked for asked in hub.asked())
    assert weights(home) == []
    assert list(home.rglob("config.json")), "small files stay in the cache, as without a probe"


@slow
def test_they_stay_if_they_are_to_be_kept(hub: Hub, home: Path, modelcheck: Command, tmp_path: Path) -> None:
    assert run(modelcheck, hub, tmp_path, "--keep-weights") == [("instruct", None)]
    assert len(weights(home)) == 1


@slow
def test_what_was_in_the_cache_stays_and_is_not_fetched_again(hub: Hub, home: Path, modelcheck: Command, tmp_path: Path) -> None:
    run(modelcheck, hub, tmp_path, "--keep-weights")
    (before,) = weights(home)
    when = before.stat().st_mtime_ns
    (tmp_path / "fleet.sqlite").unlink()
    hub.requests.clear()
    assert run(modelcheck, hub, tmp_path) == [("instruct", None)]
    assert weights(home) == [before]
    assert before.stat().st_mtime_ns == when
    whole = [headers for method, path, headers in hub.requests if method == "GET" and path.endswith("model.safetensors")]
    assert all("Range" in headers for headers in whole)


@slow
def test_a_part_that_was_in_the_cache_stays(hub: Hub, home: Path, modelcheck: Command, tmp_path: Path) -> None:
    run(modelcheck, hub, tmp_path, "--keep-weights")
    (copy,) = weights(home)
    for name in ("model.safetensors", "tokenizer.json"):
        for link in home.rglob(name):
            link.unlink()
    copy.unlink()
    others = sorted(one for one in home.rglob("snapshots/*/*"))
    (tmp_path / "fleet.sqlite").unlink()
    assert run(modelcheck, hub, tmp_path) == [("instruct", None)]
    assert weights(home) == []
    assert set(others) <= set(home.rglob("snapshots/*/*"))


@slow
def test_nothing_is_left_after_an_error(hub: Hub, home: Path, modelcheck: Command, tmp_path: Path) -> None:
    hub.breaking = r"model\.safetensors"
    ((probe, problem),) = run(modelcheck, hub, tmp_path, "--probe-timeout", "20")
    assert probe is None
    assert problem
    assert weights(home) == []
    assert rows(tmp_path / "fleet.sqlite", "SELECT count(*) FROM failures") == [(1,)]
    hub.breaking = None
    assert run(modelcheck, hub, tmp_path) == [("instruct", None)], "a model that was not run is run by the next scan"


@slow
@pytest.mark.parametrize("while_", ["fetch", "worker"])
def test_nothing_is_left_after_a_kill(while_: str, hub: Hub, home: Path, tmp_path: Path) -> None:
    if while_ == "fetch":
        hub.faults.append(Fault(r"resolve/.*/model\.safetensors", 200, seconds=60))
    env = clean_environment(HF_ENDPOINT=hub.address, HF_HOME=str(home))
    process = subprocess.Popen([sys.executable, "-P", "-m", "modelcheck", *SCAN], cwd=tmp_path, env=env, start_new_session=True)
    end = time.monotonic() + 60
    wanted = ".modelcheck-probes/*/model" + ("" if while_ == "fetch" else "/model.safetensors")
    while not list(home.rglob(wanted)) and time.monotonic() < end:
        time.sleep(0.02)
    assert list(home.rglob(wanted)), "it was not caught in time"
    time.sleep(1.0)
    process.send_signal(signal.SIGKILL)
    process.wait()
    end = time.monotonic() + 60
    while weights(home) and time.monotonic() < end:
        time.sleep(0.1)
    assert weights(home) == []


def test_a_folder_that_nobody_holds_is_removed_by_the_next_probe(tmp_path: Path) -> None:
    parent = tmp_path / ".modelcheck-probes"
    for name in ("left", "young", "no-lock"):
        (parent / name).mkdir(parents=True)
        (parent / name / "model.safetensors").write_bytes(b"0")
    for name in ("left", "young"):
        (parent / name / "in-use").touch()
    long_ago = time.time() - 1000
    for name in ("left", "no-lock"):
        os.utime(parent / name, (long_ago, long_ago))
    with borrowed_folder(tmp_path) as folder:
        os.utime(folder, (long_ago, long_ago))
        remove_left(parent)
        assert sorted(one.name for one in parent.iterdir()) == sorted([folder.name, "no-lock", "young"])
    assert not folder.exists()
    shutil.rmtree(parent)
    with borrowed_folder(tmp_path):
        pass
    assert not parent.exists()
