"""What the probe costs beside what it cannot do without: loading, one forward pass, one short generation. Prints ratios of one run.

    python tests/benchmarks/probe.py [FOLDER]           on the processor; FOLDER is a checkpoint (the tiny one unless given)
    python tests/benchmarks/probe.py --cuda [--layers N]   on a GPU: an 8B Llama with random weights, made on the card and saved

Each side is run several times, in turn; the medians are divided. Peak memory is the allocator's.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from benchmarks.figures import figure  # noqa: E402


def request(folder: Path, device: str, formats: tuple[Any, ...], length: int = 48) -> Any:
    from modelcheck.probe.formats import OPENINGS
    from modelcheck.probe.messages import Place, Request

    need = sum(path.stat().st_size for path in folder.glob("*.safetensors"))
    return Request(Place(str(folder)), None, formats, OPENINGS, (), need, length, device)


def chosen_formats(folder: Path) -> tuple[Any, ...]:
    """The formats as the command would send them."""
    from modelcheck.engine.store import FactStore, Limits
    from modelcheck.facts.conversations import Conversations
    from modelcheck.plugins import Plugins
    from modelcheck.sources import Source
    from modelcheck.sources.folder import FolderSource

    found = FactStore(Plugins().registry, Limits(), {Source: FolderSource(folder)}).get(Conversations)
    assert found is not None
    return found.formats


def timed(work: Callable[[], Any], device: str) -> tuple[Any, float]:
    import torch

    start = time.perf_counter()
    made = work()
    if device == "cuda":
        torch.cuda.synchronize()
    return made, time.perf_counter() - start


def bare_load(folder: Path, device: str) -> Any:
    """What anyone would write: model and tokenizer by transformers."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    return AutoModelForCausalLM.from_pretrained(folder, dtype="auto", device_map={"": device}).eval(), tokenizer


def compare(folder: Path, device: str, rounds: int) -> dict[str, float]:
    """Medians in seconds: ``probe`` (load and score), ``bare`` (load and one forward of the same batch), and parts of them."""
    import torch
    from modelcheck.probe.loading import load
    from modelcheck.probe.scoring import choose, score

    formats = chosen_formats(folder)
    asked = request(folder, device, formats)
    batches = batches_of(asked, formats)

    def ours() -> dict[str, float]:
        loaded, load_took = timed(lambda: load(asked), device)
        chosen = choose(loaded, formats)[0]
        assert chosen is not None
        took = {"load": load_took, "score": timed(lambda: score(loaded, chosen, ()), device)[1]}
        return took | {"write 48": timed(lambda: one_text(loaded, device), device)[1]}

    def bare() -> dict[str, float]:
        model, load_took = timed(lambda: bare_load(folder, device), device)
        with torch.inference_mode():
            forward = timed(lambda: [model[0](**batch).logits.shape for batch in batches], device)[1]
        return {"bare load": load_took, "bare forward": forward}

    rows: list[dict[str, float]] = []
    for turn in range(rounds + 1):
        took = {}
        for side in (ours, bare) if turn % 2 else (bare, ours):
            gc.collect()
            took |= side()
        rows.append(took)
    warm = rows[1:]  # the first one fills the file cache and warms the libraries
    return {
        name: statistics.median(row[name] for row in warm) for name in ("load", "score", "bare load", "bare forward", "write 48")
    }


def batches_of(asked: Any, formats: tuple[Any, ...]) -> list[dict[str, Any]]:
    """The batches that the score runs, as they are."""
    from modelcheck.probe import scoring
    from modelcheck.probe.loading import load

    batches: list[dict[str, Any]] = []
    forward = scoring._forward

    def noted(loaded: Any, ids: Any, mask: Any, wanted: Any) -> Any:
        batches.append({"input_ids": ids, "attention_mask": mask, "use_cache": False})
        return forward(loaded, ids, mask, wanted)

    scoring._forward = noted
    loaded = load(asked)
    chosen = scoring.choose(loaded, formats)[0]
    assert chosen is not None
    scoring.score(loaded, chosen, ())
    scoring._forward = forward
    return batches


def one_text(loaded: Any, device: str) -> None:
    """48 tokens behind one prompt, however early the model would stop."""
    import torch

    ids = loaded.tokenizer("The capital of France is", return_tensors="pt")["input_ids"].to(device)
    with torch.inference_mode():
        loaded.model.generate(ids, max_new_tokens=48, min_new_tokens=48, do_sample=False, pad_token_id=0)


def table(took: dict[str, float]) -> None:
    for name, seconds in took.items():
        print(f"{name:24} {seconds * 1000:10.1f} ms")
    probe, bare = took["load"] + took["score"], took["bare load"] + took["bare forward"]
    figure("load + score / load + one forward", probe / bare, goal=1.3)
    figure("score / 48 tokens of one text", took["score"] / took["write 48"], goal=0.25)
    print(f"load + score / load + one forward     {probe / bare:6.2f}  (≤ 1.3)")
    print(f"score / 48 tokens of one text         {took['score'] / took['write 48']:6.2f}  (≤ 0.25)")
    print(f"score / one forward of the same batch {took['score'] / took['bare forward']:6.2f}")


def on_cuda(layers: int, rounds: int) -> None:
    """An 8B Llama (or one of fewer layers) with random weights."""
    import torch
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

    tiny = ROOT / "fixtures/tiny-instruct"
    config = LlamaConfig(
        vocab_size=128256, hidden_size=4096, intermediate_size=14336, num_hidden_layers=layers, num_attention_heads=32,
        num_key_value_heads=8, max_position_embeddings=8192, rope_theta=500000.0, bos_token_id=0, eos_token_id=0,
    )  # fmt: skip
    with tempfile.TemporaryDirectory(dir=os.environ.get("OUT")) as where:
        folder = Path(where)
        torch.set_default_dtype(torch.bfloat16)
        with torch.device("cuda"):
            made = LlamaForCausalLM(config)
        weights = sum(one.numel() * one.element_size() for one in made.parameters())
        made.save_pretrained(folder)
        AutoTokenizer.from_pretrained(tiny).save_pretrained(folder)
        (folder / "chat_template.jinja").write_bytes((tiny / "chat_template.jinja").read_bytes())
        del made
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
        took = compare(folder, "cuda", rounds)
        table(took)
        peak = torch.cuda.max_memory_allocated()
        floor = weights / bandwidth()
        print(f"load + score / load alone             {(took['load'] + took['score']) / took['load']:6.2f}  (≤ 1.1)")
        print(f"peak memory / weights                 {peak / weights:6.2f}  (≤ 1.15)")
        speed = 48 / took["write 48"]
        print(f"tokens a second                       {speed:6.1f}  ({floor * speed:.0%} of the floor)")


def bandwidth() -> float:
    """Bytes a second that the card copies, both ways: the floor of what a token costs is reading all weights once."""
    import torch

    source = torch.empty(2**30, dtype=torch.uint8, device="cuda")
    target = torch.empty_like(source)
    for _ in range(3):
        target.copy_(source)
    torch.cuda.synchronize()
    start = time.perf_counter()
    for _ in range(20):
        target.copy_(source)
    torch.cuda.synchronize()
    return 20 * 2 * 2**30 / (time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "fixtures/tiny-instruct")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cuda", action="store_true")
    parser.add_argument("--layers", type=int, default=32)
    given = parser.parse_args()
    import torch

    if given.cuda and not torch.cuda.is_available():
        sys.exit("there is no GPU here: not measured")
    if given.cuda:
        on_cuda(given.layers, given.rounds)
    else:
        print(f"{given.folder.name}, {torch.get_num_threads()} threads, medians of {given.rounds}")
        table(compare(given.folder, "cpu", given.rounds))


if __name__ == "__main__":
    main()
