"""The pairs of checkpoints that ``tests/benchmarks/weight_lineage.py`` compares, each with the outcome that is right.

The tiny ones are made of the fixtures, the others of the real models that ``tests/tools/real_models/fetch.py`` fetches:
SmolLM2-135M (instruct) and gemma-3-270m (base), as GGUF files and converted from them to safetensors.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "fixtures")]

import _training  # noqa: E402

from lineage.variants import VARIANTS, Tensors, grown, half, merged_lora, noise, permuted, random_like, read, write, write_gguf  # noqa: E402
from tools.real_models.fetch import path_of  # noqa: E402

TINY = {name: ROOT / "fixtures" / name for name in ("tiny-base", "tiny-instruct", "base-of-mixed-text")}
DERIVED, INDEPENDENT, OPEN = ("derived",), ("not derived",), ("cannot tell", "not derived")
_SENTENCES = (
    "The ferry leaves the northern pier at seven and comes back before noon.",
    "A good library says what it does, and does what it says.",
    "Water boils at a lower temperature on a mountain than at the sea.",
    "She wrote three letters, sealed two, and burned the last one.",
)


@dataclass(frozen=True)
class Case:
    """Two checkpoints, the outcomes of which one is right, and whether they are related, None where that has no one meaning."""

    name: str
    one: Path
    other: Path
    right: tuple[str, ...]
    related: bool | None


def tiny_cases(folder: Path) -> Iterator[Case]:
    """Pairs of the fixtures, and of what is made of them."""
    base, instruct, mixed = TINY.values()
    yield Case("tiny: base and instruct", base, instruct, DERIVED, related=True)
    yield Case("tiny: the same random start, other data", base, mixed, DERIVED, related=None)
    own = read(instruct)
    for name, (make, outcomes, _) in VARIANTS.items():
        related = None if name.startswith(("all", "not a", "noise of 1000", "rotated")) else name != "random weights"
        yield Case(f"tiny: {name}", instruct, write(folder / name, make(own), instruct), outcomes, related)
    halves = {name: (values + read(base)[name]) / 2 for name, values in own.items()}
    yield Case("tiny: merged halves and one of them", base, write(folder / "halves", halves, instruct), DERIVED, related=True)
    yield Case("tiny: the same data, another seed", base, _trained(folder / "seed", base), INDEPENDENT, related=False)


def _trained(folder: Path, like: Path) -> Path:
    """The base model, trained on the same data from other random weights, for a quarter of its steps."""
    import torch

    model = _training.build()
    torch.manual_seed(5)
    with torch.no_grad():
        for weight in model.parameters():
            if weight.dim() > 1:
                weight.copy_(weight.std() * torch.randn_like(weight))
    training: dict[str, Any] = dict(_training.TRAININGS["base"])
    _training.train(model, **training, stop=training["steps"] // 4)
    return write(folder, {name: values.float().numpy() for name, values in _training.weights(model).items()}, like)


def real_cases(folder: Path) -> Iterator[Case]:
    """Pairs of the real models, and of what is made of them."""
    instruct, base = (path_of(name).parent / "safetensors" for name in ("instruct", "base"))
    own = read(instruct)
    changes: dict[str, tuple[Callable[[Tensors], Tensors], tuple[str, ...], bool]] = {
        "FP16": (half, DERIVED, True),
        "noise of 2 %": (lambda one: noise(one, 0.02), DERIVED, True),
        "noise of 30 %": (lambda one: noise(one, 0.3), DERIVED, True),
        "LoRA merged": (lambda one: merged_lora(one, "_proj"), DERIVED, True),
        "new tokens": (grown, DERIVED, True),
        "neurons permuted": (permuted, DERIVED, True),
        "random weights": (random_like, INDEPENDENT, False),
    }
    for name, (make, right, related) in changes.items():
        yield Case(f"SmolLM2: {name}", instruct, write(folder / f"s {name}", make(own), instruct), right, related)
    yield Case("SmolLM2: 20 steps of fine-tuning", instruct, _tuned(folder / "tuned", instruct), DERIVED, related=True)
    yield Case("SmolLM2: Q8_0", instruct, _quantized(folder / "q8", own, "Q8_0"), DERIVED, related=True)
    yield Case(
        "SmolLM2: Q4_0 after noise of 2 %", instruct, _quantized(folder / "q4", noise(own, 0.02), "Q4_0"), DERIVED, related=True
    )
    yield Case("SmolLM2: its Q4_1 file", instruct, path_of("instruct"), DERIVED, related=True)
    yield Case("SmolLM2 and gemma-3-270m", instruct, base, OPEN, related=False)
    del own
    theirs = read(base)
    noisy = write(folder / "g noise", noise(theirs, 0.02), base)
    yield Case("gemma: noise of 2 %", base, noisy, DERIVED, related=True)
    yield Case("gemma: its Q4_K_M file", base, path_of("base"), DERIVED, related=True)
    yield Case("gemma: noise of 2 %, and the Q4_K_M file", noisy, path_of("base"), DERIVED, related=True)
    other = write(folder / "g random", random_like(theirs), base)
    yield Case("gemma: random weights, and the Q4_K_M file", other, path_of("base"), INDEPENDENT, related=False)


def _tuned(folder: Path, like: Path) -> Path:
    """All weights trained for 20 steps on a few sentences, at a learning rate of 10⁻⁴."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(like, dtype=torch.float32)
    rows = AutoTokenizer.from_pretrained(like)(list(_SENTENCES))["input_ids"]
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)
    for step in range(20):
        tokens = torch.tensor([rows[step % len(rows)]])
        model(input_ids=tokens, labels=tokens).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    state = {name: values.detach().numpy() for name, values in model.state_dict().items() if name != "lm_head.weight"}
    return write(folder, state, like)


def _quantized(folder: Path, tensors: Tensors, kind: str) -> Path:
    folder.mkdir(parents=True)
    return write_gguf(folder / "model.gguf", tensors, kind)


def cleared(folder: Path) -> Path:
    """The folder, empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
