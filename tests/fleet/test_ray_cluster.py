"""A real Ray cluster of two nodes on this machine: one that vanishes, models that share a GPU, and addresses of something else."""

from __future__ import annotations

import http.server
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from conftest import ROOT, clean_environment
from fleet.conftest import Fleet, model, rows
from hub.server import Hub

Nodes = Callable[[int, int, int], subprocess.Popen[str]]
PROBES = "modelcheck.probe.worker"


@pytest.fixture
def nodes(hub: Hub, tmp_path: Path) -> Iterator[Nodes]:
    """``nodes(cpus, gpus, more)`` starts a cluster; its ``address`` is the first line of its output."""
    started = []

    def start(cpus: int, gpus: int, more: int) -> subprocess.Popen[str]:
        env = clean_environment(HF_ENDPOINT=hub.address, HF_HOME=str(tmp_path / "hf-home"), PYTHONWARNINGS="ignore")
        command = [sys.executable, str(Path(__file__).with_name("ray_nodes.py")), *map(str, (cpus, gpus, more))]
        process = subprocess.Popen(
            command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.communicate(timeout=60)


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def in_background(folder: Path, hub: Hub, *words: str | Path) -> subprocess.Popen[str]:
    env = clean_environment(HF_ENDPOINT=hub.address, HF_HOME=str(folder / "hf-home"))
    command = [sys.executable, "-P", "-m", "modelcheck", "fleet", "scan", *map(str, words)]
    return subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_without_an_address_another_cluster_of_this_machine_is_left_alone(nodes: Nodes, hub: Hub, fleet: Fleet) -> None:
    """Ray itself joins the cluster that was started last."""
    model(hub, "acme/Thing-1B-Base")
    assert line_of(nodes(1, 0, 0))
    done = fleet("scan", "acme/Thing-1B-Base", "--ray", "--jobs", "1", timeout=180)
    assert (done.code, done.out.startswith("scan 1: 1 judged")) == (0, True), done.err


@pytest.mark.slow
def test_a_node_that_vanishes_costs_no_result(nodes: Nodes, hub: Hub, tmp_path: Path) -> None:
    hub.latency = 0.2
    for number in range(40):
        model(hub, f"acme/Thing-{number}B-Base")
    cluster = nodes(1, 0, 2)
    scan = in_background(tmp_path, hub, "--author", "acme", f"--ray={line_of(cluster)}")
    end = time.monotonic() + 60
    while len(hub.requests) < 20 and time.monotonic() < end:
        time.sleep(0.05)
    assert cluster.stdin
    cluster.stdin.write("\n")
    cluster.stdin.flush()
    assert line_of(cluster) == "gone"
    out, err = scan.communicate(timeout=180)
    assert (scan.returncode, out.startswith("scan 1: 40 judged")) == (0, True), out + err
    store = tmp_path / "fleet.sqlite"
    assert rows(store, "SELECT count(*), count(DISTINCT name) FROM fleet") == [(40, 40)]
    retried = rows(store, "SELECT kind, message FROM failures")
    assert retried, "what ran on the node was handed out again"
    assert {kind for kind, _ in retried} == {"retried"}
    assert all(message.startswith("judged after its worker failed: ") for _, message in retried), retried


@contextmanager
def most_at_a_time(process: subprocess.Popen[str], hf_home: Path) -> Iterator[list[int]]:
    """Counts the models that run at a time until a process ends; those of this test, by their environment."""
    seen: list[int] = [0]

    def watch() -> None:
        while process.poll() is None:
            running = 0
            for one in psutil.process_iter(["cmdline"]):
                with suppress(psutil.Error):  # it has ended
                    running += PROBES in (one.info["cmdline"] or ()) and one.environ().get("HF_HOME") == str(hf_home)
            seen.append(running)
            time.sleep(0.1)

    thread = threading.Thread(target=watch)
    thread.start()
    yield seen
    thread.join()


@pytest.mark.slow
@pytest.mark.parametrize(("words", "most"), [(("--gpu-memory", "8"), 2), (("--gpus-per-probe", "1"), 1)])
def test_small_models_share_a_gpu(words: tuple[str, ...], most: int, nodes: Nodes, hub: Hub, tmp_path: Path) -> None:
    """The GPU is one that the node only says it has: the models run on the processor, and Ray counts."""
    names = ("tiny-base", "tiny-instruct", "wrong-eos", "base-with-template")
    cluster = nodes(2, 1, 0)
    folders = [ROOT / "fixtures" / name for name in names]
    scan = in_background(tmp_path, hub, *folders, "--offline", "--probe", f"--ray={line_of(cluster)}", *words)
    with most_at_a_time(scan, tmp_path / "hf-home") as seen:
        out, err = scan.communicate(timeout=240)
    assert (scan.returncode, out.startswith("scan 1: 4 judged, 0 unchanged")) == (0, True), out + err
    assert max(seen) == most
    found = rows(tmp_path / "fleet.sqlite", "SELECT probe FROM fleet ORDER BY name")
    assert [probe for (probe,) in found] == ["base", "base", "instruct", "instruct"]


class _Other(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.mark.parametrize("scheme", ["", "ray://"])
def test_another_server_is_no_cluster(scheme: str, fleet: Fleet) -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Other)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        start = time.monotonic()
        done = fleet("scan", "acme/x", "--offline", f"--ray={scheme}127.0.0.1:{server.server_address[1]}")
        assert time.monotonic() - start < 20
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert (done.code, "no Ray cluster answers there: it is another server" in done.err) == (2, True), done.err
