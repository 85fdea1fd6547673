"""Checkpoints made from another one as people make them, each with what the comparison of both has to say."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

Tensors = dict[str, np.ndarray]
_CARRIED = ("config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json")


def read(folder: Path) -> Tensors:
    """The tensors of a folder with one file, 32 bits."""
    from safetensors.torch import load_file  # numpy has no bfloat16

    return {name: values.float().numpy() for name, values in load_file(folder / "model.safetensors").items()}


def write(folder: Path, tensors: Mapping[str, np.ndarray], like: Path, **card: Any) -> Path:
    """A checkpoint with these tensors and another one's small files; ``card`` is the front matter."""
    folder.mkdir(parents=True)
    for name in _CARRIED:
        if (like / name).exists():
            shutil.copy(like / name, folder)
    save_file({name: np.ascontiguousarray(values) for name, values in tensors.items()}, folder / "model.safetensors")
    if card:
        (folder / "README.md").write_text(
            "---\n" + "".join(f"{key}: {json.dumps(value)}\n" for key, value in card.items()) + "---\n"
        )
    return folder


def write_gguf(path: Path, tensors: Mapping[str, np.ndarray], kind: str) -> Path:
    """A GGUF file with the matrices that are compared, in a type that the gguf package can write (none of the K types)."""
    from gguf import GGMLQuantizationType, GGUFWriter
    from gguf.quants import quantize

    of = GGMLQuantizationType[kind]
    writer = GGUFWriter(path, "llama")
    for name, values in tensors.items():
        layer, _, part = name.removeprefix("model.layers.").partition(".")
        called = "token_embd" if "embed_tokens" in name else f"blk.{layer}.ffn_{part.split('.')[-2].removesuffix('_proj')}"
        if values.ndim == 2 and ("mlp." in name or "embed_tokens" in name):
            writer.add_tensor(f"{called}.weight", quantize(np.ascontiguousarray(values), of), raw_dtype=of)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def noise(tensors: Tensors, size: float, seed: int = 1) -> Tensors:
    """Values with random changes, ``size`` times their own deviation."""
    numbers = np.random.default_rng(seed)
    return {
        name: (values + size * values.std() * numbers.normal(size=values.shape)).astype(np.float32)
        for name, values in tensors.items()
    }


def merged_lora(tensors: Tensors, *parts: str, rank: int = 4, seed: int = 2) -> Tensors:
    """A low-rank change added to the matrices with these names, as a merged adapter leaves it."""
    numbers = np.random.default_rng(seed)
    changed = dict(tensors)
    for name, values in tensors.items():
        if values.ndim == 2 and any(part in name for part in parts):
            a, b = numbers.normal(size=(rank, values.shape[1])), numbers.normal(size=(values.shape[0], rank))
            changed[name] = (values + 0.05 * values.std() * (b @ a)).astype(np.float32)
    return changed


def permuted(tensors: Tensors, seed: int = 3) -> Tensors:
    """The units of each MLP in another order: the same function."""
    numbers = np.random.default_rng(seed)
    changed = dict(tensors)
    for layer in sorted({name.split(".")[2] for name in tensors if ".layers." in name}):
        stem = f"model.layers.{layer}.mlp."
        order = numbers.permutation(len(tensors[f"{stem}up_proj.weight"]))
        for part in ("gate_proj", "up_proj"):
            changed[f"{stem}{part}.weight"] = tensors[f"{stem}{part}.weight"][order]
        changed[f"{stem}down_proj.weight"] = tensors[f"{stem}down_proj.weight"][:, order]
    return changed


def rotated(tensors: Tensors, seed: int = 4) -> Tensors:
    """All that enters and leaves the shared dimensions turned by one orthogonal matrix, as some quantisers do before rounding."""
    width = tensors["model.embed_tokens.weight"].shape[1]
    turn, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(width, width)))
    changed = dict(tensors)
    for name, values in tensors.items():
        if values.ndim == 2 and values.shape[1] == width and "down_proj" not in name and "o_proj" not in name:
            changed[name] = (values @ turn).astype(np.float32)
        elif values.ndim == 2 and values.shape[0] == width:
            changed[name] = (turn.T @ values).astype(np.float32)
    return changed


def grown(tensors: Tensors, rows: int = 8) -> Tensors:
    """New tokens at the end of the embedding and of the head."""
    numbers = np.random.default_rng(5)
    return {
        name: np.concatenate([values, numbers.normal(size=(rows, values.shape[1])).astype(np.float32)])
        if name.startswith(("model.embed_tokens", "lm_head"))
        else values
        for name, values in tensors.items()
    }


def pruned(tensors: Tensors, kept: int = 96) -> Tensors:
    """Fewer units in each MLP."""
    changed = dict(tensors)
    for name, values in tensors.items():
        if name.endswith(("gate_proj.weight", "up_proj.weight")):
            changed[name] = values[:kept]
        elif name.endswith("down_proj.weight"):
            changed[name] = values[:, :kept]
    return changed


def random_like(tensors: Tensors, seed: int = 6) -> Tensors:
    """The same shapes and deviations, other weights."""
    numbers = np.random.default_rng(seed)
    return {name: (values.std() * numbers.normal(size=values.shape)).astype(np.float32) for name, values in tensors.items()}


def half(tensors: Tensors) -> Tensors:
    """16-bit floats."""
    return {name: values.astype(np.float16) for name, values in tensors.items()}


def all_of(value: float) -> Callable[[Tensors], Tensors]:
    """Every value the same."""
    return lambda tensors: {name: np.full_like(values, value) for name, values in tensors.items()}


# name → how it is made, the outcomes that are right, and the degrees
VARIANTS: dict[str, tuple[Callable[[Tensors], Tensors], tuple[str, ...], tuple[str | None, ...]]] = {
    "a copy": (dict, ("derived",), ("identical",)),
    "fp16, which holds all values of these": (half, ("derived",), ("identical",)),
    "noise of 0.1 %": (lambda one: noise(one, 0.001), ("derived",), ("close",)),
    "noise of 2 %": (lambda one: noise(one, 0.02), ("derived",), ("close",)),
    "noise of 30 %": (lambda one: noise(one, 0.3), ("derived",), ("far",)),
    "noise of 100 %": (lambda one: noise(one, 1.0), ("derived",), ("far",)),
    "noise of 1000 %": (lambda one: noise(one, 10.0), ("cannot tell", "not derived"), (None,)),
    "LoRA merged": (lambda one: merged_lora(one, "_proj"), ("derived",), ("close", "far")),
    "LoRA of attention merged": (lambda one: merged_lora(one, "q_proj", "v_proj"), ("derived",), ("close",)),
    "vocabulary grown": (grown, ("derived",), ("identical",)),
    "vocabulary grown, noise": (lambda one: grown(noise(one, 0.02)), ("derived",), ("close",)),
    "neurons permuted": (permuted, ("derived",), ("embedding only",)),
    "rotated": (rotated, ("cannot tell", "not derived"), (None,)),
    "pruned": (pruned, ("derived",), ("identical",)),  # by its embedding and attention, which keep their size
    "random weights": (random_like, ("not derived",), (None,)),
    "all zero": (all_of(0.0), ("cannot tell",), (None,)),
    "all one": (all_of(1.0), ("cannot tell",), (None,)),
    "not a number": (all_of(np.nan), ("cannot tell",), (None,)),
}
