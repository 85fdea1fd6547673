"""``modelcheck lineage``: outcomes, p-values, bytes and time on pairs whose truth is known, and its requests beside the bare reads.

    python tests/benchmarks/weight_lineage.py [--tiny] [--beside PROVENANCEKIT]

``--tiny`` leaves out the real models. ``--beside`` is the command of cisco-ai-provenance-kit, in an environment of its own: each
pair of folders is then given to it, too, and its decision and time printed. Each pair is compared once, ours and theirs in turn.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from weight_pairs import Case, cleared, real_cases, tiny_cases

from benchmarks.figures import figure  # found by weight_pairs
from hub.server import running_hub

_IN_PROCESS = """
import json, os, sys, time
import numpy, scipy.optimize, gguf
from modelcheck.commands import lineage_running as running
from modelcheck.lineage.members import opened
from modelcheck.lineage.pairs import compare_all
shared = running._shared(10.0, 4, offline=False)
warm = opened(["acme/warm"], shared, 4, asked=True, tell=lambda name: None)
started = time.perf_counter()
members = opened(["acme/thing", "acme/other"], shared, 4, asked=True, tell=lambda name: None)
made = compare_all(members)
print(json.dumps([time.perf_counter() - started, made.pairs[0].kinship.outcome]))
"""


def ours(case: Case) -> tuple[dict[str, object], float, int]:
    """The comparison, its wall time in seconds, and the bytes that the weights took."""
    command = [sys.executable, "-P", "-m", "modelcheck", "lineage", str(case.one), str(case.other), "--offline", "--format", "json"]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - started
    made = json.loads(done.stdout)
    pair = made["pairs"][0] if made["pairs"] else {"outcome": "cannot tell", "degree": None, "p": None}
    return pair, taken, weight_bytes(case)


def weight_bytes(case: Case) -> int:
    """Bytes of files with weights that a comparison reads, in a process of its own that counts them."""
    code = (
        "import builtins, io, sys\n"
        "from modelcheck.commands import lineage_running as running\n"
        "from modelcheck.lineage.members import opened\n"
        "from modelcheck.lineage.pairs import compare_all\n"
        "from modelcheck.sources.local_files import LocalFiles\n"
        "counted = 0\n"
        "plain = LocalFiles.read_range\n"
        "def counting(self, path, start, size):\n"
        "    global counted\n"
        "    found = plain(self, path, start, size)\n"
        "    counted += len(found)\n"
        "    return found\n"
        "LocalFiles.read_range = counting\n"
        "shared = running._shared(10.0, 4, offline=True)\n"
        "members = opened(sys.argv[1:], shared, 4, asked=True, tell=lambda name: None)\n"
        "compare_all([one for one in members if hasattr(one, 'rows')])\n"
        "print(counted)\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, str(case.one), str(case.other)], capture_output=True, text=True, check=False
    )
    return int(done.stdout or 0)


def theirs(command: str, case: Case) -> tuple[str, float, float, float] | None:
    """The decision of cisco-ai-provenance-kit, its pipeline's and identity scores, and its time; None for what it does not open."""
    if case.one.is_file() or case.other.is_file():
        return None
    with tempfile.TemporaryDirectory() as cache:
        started = time.perf_counter()
        done = subprocess.run(
            [command, "compare", str(case.one), str(case.other), "--json", "--cache-dir", cache],
            capture_output=True, text=True, check=False, env=os.environ | {"HF_HUB_OFFLINE": "1"},
        )  # fmt: skip
        taken = time.perf_counter() - started
    start = done.stdout.find("{")
    if done.returncode or start < 0:
        return "error", 0.0, 0.0, taken
    scores = json.loads(done.stdout[start:])["scores"]
    return scores["provenance_decision"], scores["pipeline_score"] or 0.0, scores["identity_score"] or 0.0, taken


def table(cases: Iterable[Case], beside: str | None) -> None:
    print("| pair | outcome | p | weights read | time | provenance-kit |")
    print("|---|---|---|---|---|---|")
    right = wrong = open_ = theirs_right = theirs_all = 0
    times: list[tuple[float, float]] = []
    for case in cases:
        pair, taken, read = ours(case)
        outcome, degree = pair["outcome"], pair["degree"]
        fits = outcome in case.right
        right, wrong = right + fits, wrong + (not fits)
        open_ += outcome == "cannot tell"
        other = theirs(beside, case) if beside else None
        said = "–"
        if other:
            decision, pipeline, identity, other_taken = other
            times.append((taken, other_taken))
            said = f"{decision}, {pipeline:.2f} (weights {identity:.2f}), {other_taken:.1f} s"
            if case.related is not None:
                theirs_all += 1
                theirs_right += ("Match" in decision and "No" not in decision) is case.related
        p = f"{pair['p']:.0e}" if isinstance(pair["p"], float) else "–"
        mark = "" if fits else " **(wrong)**"
        outcome += f", {degree}" if degree else ""
        print(f"| {case.name} | {outcome}{mark} | {p} | {read / 1024:,.0f} KiB | {taken:.1f} s | {said} |", flush=True)
    print(f"\n{right} of {right + wrong} as they should be, {open_} of them 'cannot tell'", end="")
    if times:
        ratio = statistics.median(theirs_ / ours_ for ours_, theirs_ in times)
        print(f"; provenance-kit: {theirs_right} of {theirs_all}; its time ÷ ours, median: {ratio:.1f}", end="")
    print()


def bare_reads(runs: int, latency: float) -> None:
    """Two checkpoints of an 8B model's width on a Hub on loopback: the comparison beside its requests alone."""
    from hub.test_lineage import files, large

    with running_hub() as hub:
        one = large(1)
        hub.add("acme/warm", files(large(3)))
        hub.add("acme/thing", files(one))
        hub.add("acme/other", files({name: (values * 1.01).astype("float16") for name, values in one.items()}))
        hub.latency = latency
        ratios, made, bare = [], [], []
        for _ in range(runs):
            with tempfile.TemporaryDirectory() as home:
                hub.requests.clear()
                environment = os.environ | {"HF_ENDPOINT": hub.address, "HF_HOME": home, "HF_HUB_DISABLE_TELEMETRY": "1"}
                code = [sys.executable, "-P", "-c", _IN_PROCESS]
                done = subprocess.run(code, capture_output=True, text=True, env=environment, check=True)
            taken, outcome = json.loads(done.stdout)
            assert outcome == "derived"
            made.append(taken)
            bare.append(_alone(hub.address, [one for one in hub.requests if "acme/warm" not in one[1]]))
            ratios.append(made[-1] / bare[-1])
        figure("with requests / the requests alone", statistics.median(ratios))
        asked = sum("acme/warm" not in path for _, path, _ in hub.requests[: len(hub.requests) // 2])
    print(
        f"\n{asked} requests, latency {latency * 1000:.0f} ms: {statistics.median(made):.2f} s, the requests alone "
        f"{statistics.median(bare):.2f} s, ratio {statistics.median(ratios):.2f} (median of {runs} pairs)"
    )


def _alone(address: str, requests: Sequence[tuple[str, str, object]]) -> float:
    """Seconds that the same requests take, those of the two checkpoints beside each other, with a connection each kept open."""
    import httpx2 as httpx

    def all_of(name: str) -> None:
        for method, path, headers in requests:
            if name in path:
                wanted = {key: value for key, value in dict(headers).items() if key.lower() == "range"}  # type: ignore[call-overload]
                client.request(method, address + path, headers=wanted, follow_redirects=True)

    with httpx.Client() as client, ThreadPoolExecutor(2) as pool:
        client.get(f"{address}/api/models/acme/warm")
        started = time.perf_counter()
        list(pool.map(all_of, ("acme/thing", "acme/other")))
        return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiny", action="store_true", help="leave out the real models")
    parser.add_argument("--beside", metavar="COMMAND", help="cisco-ai-provenance-kit's command")
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--latency", type=float, default=0.1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = cleared(Path(temporary) / "made")
        cases = [*tiny_cases(folder), *([] if arguments.tiny else real_cases(folder))]
        table(cases, arguments.beside)
    bare_reads(arguments.runs, arguments.latency)


if __name__ == "__main__":
    main()
