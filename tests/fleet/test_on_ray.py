"""Real Ray on this machine: the same results as by threads, also if a worker is killed."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from modelcheck.config import Settings
from modelcheck.errors import Misuse
from modelcheck.fleet.cluster import Cluster
from modelcheck.fleet.looking import Plan
from modelcheck.fleet.on_ray import on_ray

from conftest import ROOT, clean_environment, write_tree
from fleet.conftest import Fleet, model, rows
from hub.server import Hub

pytestmark = pytest.mark.slow
COLUMNS = "name, version, label, p_instruct, license, base_models, template, stop_ids, errors, warnings, rules, problem"
FLEET = f"SELECT {COLUMNS} FROM fleet ORDER BY name"
USES = "SELECT path, line, target, label, rules FROM deployments ORDER BY path, line"


def test_the_results_are_those_of_threads(hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    for number in range(12):
        model(hub, f"acme/Thing-{number}B-{'Base' if number % 2 else 'Instruct'}")
    write_tree(tmp_path / "deploy", {"run.sh": "vllm serve acme/Thing-1B-Base --tool-call-parser hermes\n"})
    targets = ("--author", "acme", ROOT / "fixtures", "deploy", "acme/Missing-1B")
    by_threads = fleet("scan", *targets, "--store", "threads.sqlite")
    by_ray = fleet("scan", *targets, "--store", "ray.sqlite", "--ray", "--jobs", "2", timeout=180)
    assert by_ray.out.replace("ray.sqlite", "") == by_threads.out.replace("threads.sqlite", ""), by_ray.err
    assert by_ray.code == by_threads.code == 4
    for query in (FLEET, USES, "SELECT name, kind, message FROM failures"):
        assert rows(tmp_path / "ray.sqlite", query) == rows(tmp_path / "threads.sqlite", query)
    again = fleet("scan", *targets, "--store", "ray.sqlite", "--ray", "--jobs", "2", timeout=180)
    assert again.out.startswith("scan 2: 0 judged, 24 unchanged"), again.out


def test_a_worker_that_is_killed_costs_no_result(hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    hub.latency = 0.1
    for number in range(30):
        model(hub, f"acme/Thing-{number}B-Base")
    env = clean_environment(HF_ENDPOINT=hub.address, HF_HOME=str(tmp_path / "hf"))
    command = [sys.executable, "-P", "-m", "modelcheck", "fleet", "scan", "--author", "acme", "--ray", "--jobs", "2"]
    scan = subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    killed = 0
    end = time.monotonic() + 60
    while not killed and time.monotonic() < end and scan.poll() is None:
        with suppress(psutil.Error):  # of processes that end meanwhile
            for process in psutil.Process(scan.pid).children(recursive=True):
                if not killed and "ray::_task" in " ".join(process.cmdline()):
                    process.kill()
                    killed += 1
        time.sleep(0.05)
    out, err = scan.communicate(timeout=180)
    assert killed, "no worker was found to kill"
    assert (scan.returncode, out.startswith("scan 1: 30 judged, 1 after a retry, 0 unchanged")) == (0, True), out + err
    ((kind, message),) = rows(tmp_path / "fleet.sqlite", "SELECT kind, message FROM failures")
    assert (kind, message.startswith("judged after its worker failed: ")) == ("retried", True)
    assert rows(tmp_path / "fleet.sqlite", "SELECT count(*), count(DISTINCT name) FROM fleet") == [(30, 30)]


def test_probes_on_workers(fleet: Fleet, tmp_path: Path) -> None:
    models = [ROOT / "fixtures" / name for name in ("tiny-base", "tiny-instruct")]
    done = fleet("scan", *models, "--offline", "--probe", "--ray", "--jobs", "2", timeout=300)
    assert done.code == 0, done.err
    assert rows(tmp_path / "fleet.sqlite", "SELECT probe FROM fleet ORDER BY name") == [("base",), ("instruct",)]


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("127.0.0.1:9", "no Ray cluster answers there"),
        ("nonsense", "the address of a cluster has the form"),
        ("http://x", "the address of a cluster has the form"),
        ("127.0.0.1:99999", "no Ray cluster answers there"),
    ],
)
def test_an_address_without_a_cluster(address: str, says: str, fleet: Fleet, tmp_path: Path) -> None:
    done = fleet("scan", "acme/x", "--offline", f"--ray={address}")
    assert (done.code, says in done.err) == (2, True), done.err
    assert not list(tmp_path.iterdir()), "no store is made"


def test_without_ray_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)  # as where the package is missing
    plan = Plan(Settings(), 1, "by", Path("fleet.sqlite"))
    with pytest.raises(Misuse, match=r"pip install 'modelcheck\[ray\]'"), on_ray(plan, Cluster(address=None, workers=1)):
        pass
