"""How long a scan of many checkpoints of a Hub takes beside what it waits for, what a second scan asks, and what the store takes.

    python tests/benchmarks/fleet.py [--models N] [--latency S] [--jobs N] [--faults N] [--kills N] [--xargs] [--store-rows N]

A Hub on loopback serves N small models with a latency. Prints ratios of one run. ``--faults`` lets one model in a hundred (with
1000, in a thousand) fail in each way that ``FAULTS`` lists. ``--kills`` scans once more into another store, kills that at N random
moments, lets it end, and compares. ``--xargs`` adds what a user would do without ``fleet``: ``xargs -P`` over ``modelcheck scan
--format jsonl``. ``--store-rows`` only measures how many results a second the store takes. Models on Ray: ``fleet_probes.py``.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.figures import figure
from hub.server import Fault, Hub, running_hub

CARD = "---\nlicense: mit\nlanguage: en\npipeline_tag: text-generation\nlibrary_name: transformers\n---\nA model of size {}.\n"
MODELCHECK = [sys.executable, "-P", "-m", "modelcheck"]
FAULTS = {
    11: Fault(r"Thing-\d*11B-", 404),  # gone since it was listed
    22: Fault(r"Thing-\d*22B-", 401, headers={"X-Error-Code": "RepoNotFound"}),  # private
    33: Fault(r"Thing-\d*33B-.*/resolve/", 403, headers={"X-Error-Code": "GatedRepo"}),
    44: Fault(r"Thing-\d*44B-", 500),
    55: Fault(r"Thing-\d*55B-", 429, headers={"Retry-After": "9999"}),
    66: Fault(r"Thing-\d*66B-", 200, body=b"{"),  # no JSON
    77: Fault(r"Thing-\d*77B-", 200, headers={"X-Cut": "1"}, body=b"{" * 1000),  # the connection breaks off
    88: Fault(r"Thing-\d*88B-", 200, seconds=30.0),  # never answers
    99: Fault(r"Thing-\d*99B-", 503, times=20),  # for a while
}
"""One model in a hundred each: those whose number ends so; with ``--faults 1000`` one in a thousand, with a zero before it."""
ROWS = "SELECT name, version, label, p_instruct, license, errors, warnings, rules FROM fleet ORDER BY name"


def fill(hub: Hub, count: int) -> list[str]:
    names = []
    for number in range(count):
        name = f"acme/Thing-{number}B-{'Base' if number % 2 else 'Instruct'}"
        hub.add(name, {"config.json": '{"model_type": "llama"}', "README.md": CARD.format(number)})
        names.append(name)
    return names


def environment(folder: Path, hub: Hub) -> dict[str, str]:
    return os.environ | {"HF_ENDPOINT": hub.address, "HF_HOME": str(folder / "hf"), "HF_HUB_DISABLE_TELEMETRY": "1"}


def timed(command: list[str], folder: Path, hub: Hub, **more: object) -> tuple[float, int, str]:
    """Seconds, requests and output of a command."""
    hub.requests.clear()
    start = time.perf_counter()
    env = environment(folder, hub)
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, **more)  # type: ignore[call-overload]
    return time.perf_counter() - start, len(hub.requests), done.stdout.strip() + done.stderr.strip()[-300:]


def used(whose: int) -> float:
    """Seconds of processor time: of this process, in which the Hub is, or of the commands that have ended."""
    spent = resource.getrusage(whose)
    return spent.ru_utime + spent.ru_stime


def rows(store: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(store) as db:
        return db.execute(ROWS).fetchall()


def killed(scan: list[str], kills: int, seconds: float, folder: Path, hub: Hub) -> None:
    """Kill a scan at random moments, each time further on, and compare what it has in the end with the uninterrupted one."""
    pick = random.Random(7)
    command = [*scan, "--store", "cut.sqlite"]
    hub.requests.clear()
    alive = 0
    for _ in range(kills):
        process = subprocess.Popen(command, cwd=folder, env=environment(folder, hub) | {"HF_HOME": str(folder / "hf-cut")})
        time.sleep(pick.uniform(0.3, seconds / kills * 1.5))
        alive += process.poll() is None
        process.kill()
        process.wait()
    _, asked, said = timed(command, folder, hub)
    same = rows(folder / "cut.sqlite") == rows(folder / "fleet.sqlite")
    print(said)
    print(f"killed {alive} of {kills} times while it ran, then {asked} requests to its end; the same rows: {same}")


def store_rows(count: int) -> None:
    from modelcheck.config import Settings
    from modelcheck.fleet.looking import Outcome, Plan
    from modelcheck.fleet.scanning import Tally, scan_fleet
    from modelcheck.fleet.store import Store
    from modelcheck.fleet.targets import Item

    row = {"label": "instruct", "p_instruct": 0.99, "sub_labels": [], "source": "hub", "model_type": "llama", "license": "mit"}
    items = [Item("checkpoint", f"acme/Thing-{number}B", "", "0" * 40) for number in range(count)]
    with tempfile.TemporaryDirectory() as temporary:
        store = Store(Path(temporary) / "fleet.sqlite")
        plan = Plan(Settings(), 1, "by", store.path)
        start = time.perf_counter()
        done = ((Outcome(one, "0" * 40, row, judged=True), None) for one in items)
        scan_fleet(store, store.start("scope", "by", "0"), "scope", items, plan, lambda _: done, Tally())
        print(f"{count / (time.perf_counter() - start):.0f} results a second, each a transaction")
        store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=int, default=1000)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--jobs", type=int, default=16)
    parser.add_argument("--faults", type=int, choices=(100, 1000), nargs="?", const=100)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--xargs", action="store_true")
    parser.add_argument("--store-rows", type=int)
    given = parser.parse_args()
    if given.store_rows:
        store_rows(given.store_rows)
        return
    with tempfile.TemporaryDirectory() as temporary, running_hub() as hub:
        folder = Path(temporary)
        hub.page, hub.latency = 1000, given.latency
        names = fill(hub, given.models)
        if given.faults:
            zero = r"Thing-\d*0" if given.faults == 1000 else r"Thing-\d*"
            hub.faults += [replace(fault, pattern=fault.pattern.replace(r"Thing-\d*", zero)) for fault in FAULTS.values()]
        print(f"load {os.getloadavg()[0]:.1f}")
        scan = [*MODELCHECK, "fleet", "scan", "--author", "acme", "--jobs", str(given.jobs), "--timeout", "10", "-q"]
        of_hub = used(resource.RUSAGE_SELF)
        first, requests, said = timed(scan, folder, hub)
        of_hub = used(resource.RUSAGE_SELF) - of_hub
        print(said)
        floor = requests * given.latency / given.jobs
        print(f"first scan {first:.1f} s, {requests} requests, load {os.getloadavg()[0]:.1f}")
        print(f"over requests × latency ÷ jobs, {floor:.1f} s: {first / floor:.2f}  (≤ 1.15)")
        figure("first scan / (requests × latency ÷ jobs)", first / floor, goal=1.15)
        of_scan = used(resource.RUSAGE_CHILDREN)
        print(f"processor time: scan {of_scan:.1f} s, {1000 * of_scan / given.models:.1f} ms a model; Hub {of_hub:.1f} s")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        size = (folder / "fleet.sqlite").stat().st_size
        print(f"peak memory {peak:.0f} MB  (≤ 300), store {size / 2**20:.2f} MB, {size / given.models:.0f} bytes a checkpoint")
        figure("processor time of the scan", of_scan, "s")
        figure("peak memory", peak, "MB", 300)
        figure("bytes a checkpoint", size / given.models, "bytes")
        second, again, said = timed(scan, folder, hub)
        figure("second scan / first", second / first, goal=0.2)
        figure("second scan: requests", again, "requests")
        print(said)
        print(f"second scan {second:.1f} s, {again} requests; over the first {second / first:.2f}  (≤ 0.2)", flush=True)
        if given.kills:
            killed(scan, given.kills, first, folder, hub)
        if given.xargs:
            script = f"xargs -P {given.jobs} -n 20 {' '.join(MODELCHECK)} scan --format jsonl > out.jsonl"
            (folder / "hf").rename(folder / "hf-of-fleet")
            took, asked, _ = timed(["bash", "-c", script], folder, hub, input="\n".join(names))
            written = (folder / "out.jsonl").stat().st_size
            print(f"xargs -P {given.jobs}: {took:.1f} s, {asked} requests, {written / 2**20:.2f} MB")
            print(f"over the first scan: {took / first:.2f}")


if __name__ == "__main__":
    main()
