"""``modelcheck compare --ray``, on a real Ray: the same results as one after the other, and an end where there is none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from modelcheck.compare.jobs import Job
from modelcheck.compare.on_ray import _task
from modelcheck.probe.messages import Place

from compare.test_comparing import PAIR, few
from conftest import Command, clean_environment, needs

pytestmark = [needs("torch", "peft", "scipy", "ray"), pytest.mark.slow]
WORDS = ("--seeds", "0,1", "--rates", "1e-3", "--max-length", "128", "--steps", "4", "--device", "cpu", "--format", "json")


def compared(modelcheck: Command, folder: Path, *words: str) -> Any:
    folder.mkdir()
    done = modelcheck("compare", *PAIR, "--offline", "--data", few(folder), *WORDS, *words, cwd=folder, timeout=600)
    assert done.code == 0, done.err
    return done.json


def test_the_results_are_those_of_one_job_after_the_other(modelcheck: Command, tmp_path: Path) -> None:
    one, other = compared(modelcheck, tmp_path / "alone"), compared(modelcheck, tmp_path / "ray", "--ray")
    assert [start["name"] for start in other["starts"]] == list(PAIR)
    for alone, on_ray in zip(one["starts"], other["starts"], strict=True):
        assert [trained["seed"] for trained in on_ray["trained"]] == [0, 1]
        for ours, theirs in zip(alone["trained"], on_ray["trained"], strict=True):
            assert theirs["rate"] == ours["rate"]
            assert theirs["losses"][-1] == pytest.approx(ours["losses"][-1], rel=0.02)
    again = modelcheck("compare", *PAIR, "--offline", "--data", few(tmp_path / "ray"), *WORDS, cwd=tmp_path / "ray", timeout=600)
    assert again.json["starts"] == other["starts"], "it goes on from what Ray has done"


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_an_interrupt_ends_what_runs_on_ray(tmp_path: Path) -> None:
    words = ["compare", *PAIR, "--offline", "--data", str(few(tmp_path)), *WORDS, "--steps", "5000", "--ray"]
    command = [sys.executable, "-P", "-m", "modelcheck", *words]
    running = subprocess.Popen(
        command, cwd=tmp_path, env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    end = time.monotonic() + 300
    while not list((tmp_path / ".modelcheck_compare").glob("train-*.jsonl")) and time.monotonic() < end:
        time.sleep(0.2)
    children = psutil.Process(running.pid).children(recursive=True)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=120)
    assert running.returncode == 130, err
    assert '"interrupted": true' in out
    _, alive = psutil.wait_procs(children, timeout=30)
    assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]


def test_where_no_ray_answers_it_is_a_usage_error(modelcheck: Command, tmp_path: Path) -> None:
    done = modelcheck("compare", *PAIR, "--offline", "--data", few(tmp_path), "--ray", "127.0.0.1:9", cwd=tmp_path)
    assert done.code == 2
    assert "no Ray cluster answers there" in done.err


def test_a_node_without_the_folder_says_so(tmp_path: Path) -> None:
    job = Job("score", Place(str(tmp_path)), None, 0, str(tmp_path / "rows.json"), "", "", 128, ())
    assert "a folder that all nodes share" in (_task(job, str(tmp_path), "score", None).problem or "")
