"""How long the page of a fleet takes to write and to show, and how large it is.

    python tests/benchmarks/fleet_report.py [--models N] [--deployments N] [--scans N]

A synthetic fleet is written through the real store; the page is shown by a headless Chromium if there is one. Prints one run.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.figures import figure
from browser import CHROMIUM, browser
from synthetic_fleet import write_fleet

_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
_FILTER = """(() => { const start = performance.now(); const search = document.getElementById('search'); search.value = 'acme';
 return new Promise(done => { search.dispatchEvent(new Event('input', {bubbles: true}));
 requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start))); }); })()"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=int, default=10_000)
    parser.add_argument("--deployments", type=int, default=2_000)
    parser.add_argument("--scans", type=int, default=6)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        store, page = Path(temporary, "fleet.sqlite"), Path(temporary, "fleet.html")
        write_fleet(store, given.models, given.deployments, given.scans)
        command = [sys.executable, "-P", "-m", "modelcheck", "fleet", "report", "--store", str(store), "-o", str(page)]
        start = time.perf_counter()
        subprocess.run(command, check=True, cwd=temporary)
        took = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        size = page.stat().st_size
        print(f"{given.models} checkpoints, {given.deployments} places, {given.scans} scans")
        print(f"store {store.stat().st_size / 1e6:.2f} MB; page {size / 1e6:.2f} MB (≤ 5), {size / given.models:.0f} bytes a row")
        figure("written in", took, "s")
        figure("peak memory", peak, "MB")
        figure("bytes a row", size / given.models, "bytes")
        print(f"written in {took:.1f} s, peak memory {peak:.0f} MB")
        if CHROMIUM is None:
            print("no Chromium: not shown")
            return
        with browser(Path(temporary, "profile")) as shown:
            start = time.perf_counter()
            shown.open(page)
            ready = time.perf_counter() - start
            shown.settle()
            shown.settle()
            print(f"ready after {ready:.2f} s, first paint after {shown.run(_PAINT):.0f} ms")
            print(f"one filter over all rows: {shown.run(_FILTER):.0f} ms")
            print(f"script memory {shown.run('performance.memory.usedJSHeapSize') / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
