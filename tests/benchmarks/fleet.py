"""How long a scan of many checkpoints of a Hub takes beside what it waits for, what a second scan asks, and what the store takes.

    python tests/benchmarks/fleet.py [--models N] [--latency S] [--jobs N] [--xargs]

A Hub on loopback serves N small models with a latency. Prints ratios of one run; ``--xargs`` adds what a user would do without
``fleet``: ``xargs -P`` over ``modelcheck scan --format jsonl``.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from hub.server import Fault, Hub, running_hub

CARD = "---\nlicense: mit\nlanguage: en\npipeline_tag: text-generation\nlibrary_name: transformers\n---\nA model of size {}.\n"


def fill(hub: Hub, count: int) -> list[str]:
    names = []
    for number in range(count):
        name = f"acme/Thing-{number}B-{'Base' if number % 2 else 'Instruct'}"
        hub.add(name, {"config.json": '{"model_type": "llama"}', "README.md": CARD.format(number)})
        names.append(name)
    return names


def timed(command: list[str], folder: Path, hub: Hub, **more: object) -> tuple[float, int, str]:
    """Seconds, requests and output of a command."""
    environment = os.environ | {"HF_ENDPOINT": hub.address, "HF_HOME": str(folder / "hf"), "HF_HUB_DISABLE_TELEMETRY": "1"}
    hub.requests.clear()
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, **more)  # type: ignore[call-overload]
    return time.perf_counter() - start, len(hub.requests), done.stdout.strip() + done.stderr.strip()[-300:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=int, default=1000)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--jobs", type=int, default=16)
    parser.add_argument("--faults", type=int, default=0, help="per mille of the models that fail")
    parser.add_argument("--xargs", action="store_true")
    given = parser.parse_args()
    modelcheck = [sys.executable, "-P", "-m", "modelcheck"]
    with tempfile.TemporaryDirectory() as temporary, running_hub() as hub:
        folder = Path(temporary)
        hub.page, hub.latency = 1000, given.latency
        names = fill(hub, given.models)
        for place, name in enumerate(names[: given.models * given.faults // 1000]):
            hub.faults.append(Fault(f"{name}(/|$)", (404, 500, 403, 200)[place % 4], body=b"{"))
        scan = [*modelcheck, "fleet", "scan", "--author", "acme", "--jobs", str(given.jobs), "-q"]
        first, requests, said = timed(scan, folder, hub)
        print(said)
        floor = requests * given.latency / given.jobs
        print(f"first scan {first:.1f} s, {requests} requests")
        print(f"over requests × latency ÷ jobs, {floor:.1f} s: {first / floor:.2f}  (≤ 1.15)")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        size = (folder / "fleet.sqlite").stat().st_size
        print(f"peak memory {peak:.0f} MB  (≤ 300), store {size / 2**20:.2f} MB, {size / given.models:.0f} bytes a checkpoint")
        second, again, said = timed(scan, folder, hub)
        print(said)
        print(f"second scan {second:.1f} s, {again} requests; over the first {second / first:.2f}  (≤ 0.2)")
        if given.xargs:
            script = f"xargs -P {given.jobs} -n 20 {' '.join(modelcheck)} scan --format jsonl > out.jsonl"
            (folder / "hf").rename(folder / "hf-of-fleet")
            took, asked, _ = timed(["bash", "-c", script], folder, hub, input="\n".join(names))
            written = (folder / "out.jsonl").stat().st_size
            print(f"xargs -P {given.jobs}: {took:.1f} s, {asked} requests, {written / 2**20:.2f} MB")
            print(f"over the first scan: {took / first:.2f}")


if __name__ == "__main__":
    main()
