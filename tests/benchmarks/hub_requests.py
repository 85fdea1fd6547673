"""What the Hub is asked, and how long it takes: against a Hub on loopback.

    python tests/benchmarks/hub_requests.py [--latency 0.05] [--repositories 200] [--jobs 16] [--pairs 15]

Prints requests and body bytes of one checkpoint beside the naive ways, how much longer a cold scan takes with 200 ms of latency
than without in pairs of scans, the time of many checkpoints beside the time that their requests alone would take, and the time of a
GGUF header beside the gguf package's reader.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from benchmarks.figures import figure  # noqa: E402
from hub.server import Hub, running_hub  # noqa: E402

NAIVE_FILES = (
    "config.json", "generation_config.json", "tokenizer_config.json", "chat_template.jinja", "README.md", "special_tokens_map.json",
    "added_tokens.json", "chat_template.json", "adapter_config.json",
)  # fmt: skip
DOWNLOADS = f"""
from huggingface_hub import hf_hub_download
from huggingface_hub.errors import EntryNotFoundError
for name in {NAIVE_FILES!r}:
    try:
        hf_hub_download("acme/Model-7B-Instruct", name)
    except EntryNotFoundError:
        pass
"""
SNAPSHOT = """
from huggingface_hub import snapshot_download
snapshot_download("acme/Model-7B-Instruct", allow_patterns=["*.json", "*.md", "*.jinja"])
"""


def environment(hub: Hub, home: Path) -> dict[str, str]:
    """As in a user's installation: compiled modules are kept."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HF_") and name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {
        "HF_ENDPOINT": hub.address,
        "HF_HOME": str(home),
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    }


def run(hub: Hub, home: Path, *words: str) -> float:
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-P", *words], capture_output=True, text=True, env=environment(hub, home), check=False)
    taken = time.perf_counter() - started
    if "Traceback" in done.stderr:
        sys.exit(done.stderr)
    return taken


def asked(hub: Hub, home: Path, *words: str) -> tuple[int, int]:
    """Requests and body bytes of one command."""
    hub.requests.clear()
    hub.bytes_sent = 0
    run(hub, home, *words)
    return len(hub.requests), hub.bytes_sent


def one_checkpoint() -> None:
    files = {path.name: path.read_bytes() for path in (ROOT / "fixtures/tiny-instruct").iterdir()}
    files["tokenizer.json"] += b" " * 2_300_000  # of the usual size
    scan = ("-m", "modelcheck", "scan", "acme/Model-7B-Instruct")
    print("| way | requests | body bytes |\n|---|---|---|")
    with running_hub() as hub, tempfile.TemporaryDirectory() as folder:
        hub.add("acme/Model-7B-Instruct", files)
        for name, words in (
            ("nine hf_hub_download", ("-c", DOWNLOADS)),
            ("snapshot_download of *.json *.md *.jinja", ("-c", SNAPSHOT)),
        ):
            print("| {} | {} | {:,} |".format(name, *asked(hub, Path(folder) / name[:4], *words)))
        home = Path(folder) / "ours"
        for name, words in (
            ("modelcheck scan, cold", scan),
            ("the same, warm", scan),
            ("the same, --offline", (*scan, "--offline")),
        ):
            requests, size = asked(hub, home, *words)
            figure(name, requests, "requests")
            print(f"| {name} | {requests} | {size:,} |")
        verdict = ("-c", "import modelcheck; modelcheck.judge('acme/Model-7B-Instruct')")
        for name, words in (
            ("modelcheck.judge, cold", verdict),
            ("modelcheck.judge, warm", verdict),
            ("--select identity, cold", (*scan, "--select", "identity")),
            ("--select identity, warm", (*scan, "--select", "identity")),
        ):
            home = Path(folder) / name.partition(",")[0]
            requests, size = asked(hub, home, *words)
            figure(name, requests, "requests")
            print(f"| {name} | {requests} | {size:,} |")
        hub.add("acme/gated", files, gated="manual", info={"config": {"model_type": "llama"}})
        print("| modelcheck scan of a gated repository | {} | {:,} |".format(*asked(hub, home, *scan[:-1], "acme/gated")))


def round_trips(pairs: int) -> None:
    """How many times the latency a cold scan takes longer with it than without."""
    files = {path.name: path.read_bytes() for path in (ROOT / "fixtures/tiny-instruct").iterdir()}
    scan = ("-m", "modelcheck", "scan", "acme/Model-7B-Instruct")
    latency, longer, floor = 0.2, [], []
    with running_hub() as hub, tempfile.TemporaryDirectory() as folder:
        hub.add("acme/Model-7B-Instruct", files)
        run(hub, Path(folder, "first"), *scan)  # compiles what it needs
        for number in range(pairs):
            hub.latency = 0.0
            floor.append(run(hub, Path(folder, f"near{number}"), *scan))
            hub.latency = latency
            longer.append((run(hub, Path(folder, f"far{number}"), *scan) - floor[-1]) / latency)
    figure("(cold scan at 200 ms − at 0 ms) / latency", statistics.median(longer), goal=2.3)
    figure("cold scan at 0 ms", statistics.median(floor), "s")
    print(
        f"\ncold scan at {latency * 1000:.0f} ms − the same at 0 ms: {statistics.median(longer):.2f} × latency (bound 2.3), ",
        end="",
    )
    print(f"at 0 ms {statistics.median(floor):.2f} s, {pairs} pairs")


def weight_rows() -> None:
    """Rows as wide as Qwen2.5-7B's, 3,584 bfloat16, and its 22 control tokens at zero; fewer ordinary rows, which nobody reads."""
    rows, width, first, last = 8_192, 7_168, 8_000, 8_021
    matrix = b"\x00\x3f" * (first * width // 2) + bytes((rows - first) * width)
    shards, index = {}, {}
    for number, name in enumerate(("model.embed_tokens.weight", "lm_head.weight"), 1):
        header = json.dumps({name: {"dtype": "BF16", "shape": [rows, width // 2], "data_offsets": [0, len(matrix)]}}).encode()
        path = f"model-0000{number}-of-00002.safetensors"
        shards[path], index[name] = struct.pack("<Q", len(header)) + header + matrix, path
    tokens = {first: "<|endoftext|>", first + 1: "<|im_start|>", first + 2: "<|im_end|>"}
    tokens |= {id_: f"<|reserved_{id_}|>" for id_ in range(first + 3, last + 1)}
    papers = {
        "config.json": json.dumps({"model_type": "qwen2", "vocab_size": rows}),
        "tokenizer_config.json": json.dumps(
            {"added_tokens_decoder": {str(id_): {"content": text} for id_, text in tokens.items()}}
        ),
        "model.safetensors.index.json": json.dumps({"weight_map": index}),
    }
    scan = ("-m", "modelcheck", "scan", "acme/Model-7B", "--ignore", "weights/tensor-missing")
    with running_hub() as hub, tempfile.TemporaryDirectory() as folder:
        hub.add("acme/Model-7B", papers | shards)
        plain = asked(hub, Path(folder) / "plain", *scan)
        deep = asked(hub, Path(folder) / "deep", *scan, "--budget", "weights")
        print(f"\nrows of the weights, two shards of {len(matrix) / 2**20:.0f} MB:", end=" ")
        figure("rows of the weights: requests", deep[0] - plain[0], "requests", 6)
        figure("rows of the weights: bytes", deep[1] - plain[1], "bytes", 4 * 2**20)
        print(f"{deep[0] - plain[0]} requests and {deep[1] - plain[1]:,} bytes beside the papers'")


def many_checkpoints(latency: float, count: int, jobs: int) -> None:
    papers = {path.name: path.read_bytes() for path in (ROOT / "fixtures/tiny-base").iterdir() if path.suffix in (".json", ".md")}
    with running_hub() as hub, tempfile.TemporaryDirectory() as folder:
        names = [f"acme/m{number}-base" for number in range(count)]
        for name in names:
            hub.add(name, papers)
        hub.latency = latency
        listed = Path(folder) / "names"
        listed.write_text("\n".join(names))
        words = ("-m", "modelcheck", "scan", "--targets", str(listed), "--format", "jsonl", "--jobs", str(jobs))
        taken = run(hub, Path(folder) / "home", *words)
        floor = len(hub.requests) * latency / jobs
        figure("many checkpoints / (requests × latency ÷ jobs)", taken / floor, goal=1.1)
        print(f"\n{count} repositories, {latency * 1000:.0f} ms an answer, --jobs {jobs}:")
        print(f"{taken:.2f} s for {len(hub.requests)} requests;", end=" ")
        print(f"requests × latency ÷ jobs = {floor:.2f} s; ratio {taken / floor:.2f} (goal 1.1)")


def gguf_header() -> None:
    import numpy as np
    from gguf import GGUFReader, GGUFWriter
    from modelcheck.documents.gguf import parse_gguf

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.gguf"
        writer = GGUFWriter(path, "llama")
        writer.add_token_list([f"token{number}" for number in range(152_064)])
        writer.add_token_merges([f"a{number} b{number}" for number in range(151_000)])
        writer.add_tensor("w", np.zeros((64, 64), dtype=np.float32))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        started = time.perf_counter()
        with path.open("rb") as file:

            def fetch(start: int, length: int) -> bytes:
                file.seek(start)
                return file.read(length)

            parse_gguf("x.gguf", path.stat().st_size, fetch)
        ours = time.perf_counter() - started
        started = time.perf_counter()
        GGUFReader(path)
        theirs = time.perf_counter() - started
    figure("a GGUF header / the gguf package", ours / theirs, goal=1 / 20)
    print(f"\nGGUF header of 152,064 tokens: {ours * 1000:.0f} ms, the gguf package {theirs * 1000:.0f} ms;")
    print(f"ratio 1/{theirs / ours:.0f} (bound 1/20)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--repositories", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=16)
    parser.add_argument("--pairs", type=int, default=15)
    given = parser.parse_args()
    one_checkpoint()
    round_trips(given.pairs)
    weight_rows()
    many_checkpoints(given.latency, given.repositories, given.jobs)
    gguf_header()


if __name__ == "__main__":
    main()
