"""Whether an adapter changes anything, by the factors that are zero before training."""

from __future__ import annotations

import json
import struct
from typing import Any

import pytest
from modelcheck.documents.jsonfile import parse_json_object
from modelcheck.engine.store import FactStore, Limits
from modelcheck.errors import Absent
from modelcheck.facts.deferred.adapter_change import adapter_change
from modelcheck.facts.deferred.adapter_config import AdapterConfig
from modelcheck.facts.tensor_index import TensorIndex
from modelcheck.findings import Cost
from modelcheck.sources import Source
from modelcheck.testing import MemorySource
from modelcheck.testing.checking import installed

LAYER = "base_model.model.model.layers.{}.self_attn.q_proj.lora_"
SIZES = {"F32": 4, "BF16": 2}


class Counting(MemorySource):
    """Counts the bytes that are read."""

    read_bytes = 0

    def read_range(self, path: str, start: int, length: int) -> bytes:
        self.read_bytes += length
        return super().read_range(path, start, length)


def adapter(values: dict[str, bytes], kind: str = "LORA", dtype: str = "F32", **config: Any) -> dict[str, str | bytes]:
    """An adapter with these tensors: name → bytes."""
    at, head = 0, {}
    for name, content in values.items():
        shape = [len(content) // SIZES[dtype] // 2, 2]
        head[name] = {"dtype": dtype, "shape": shape, "data_offsets": [at, at + len(content)]}
        at += len(content)
    raw = json.dumps(head).encode()
    whole = struct.pack("<Q", len(raw)) + raw + b"".join(values.values())
    return {"adapter_config.json": json.dumps({"peft_type": kind, **config}), "adapter_model.safetensors": whole}


def change(files: dict[str, str | bytes], kind: str = "folder") -> tuple[tuple[int, int, int, str, bool] | None, str, int]:
    """The fields of the fact, why it is missing, and the bytes that were read."""
    source = Counting(files, kind=kind)
    config = AdapterConfig(parse_json_object("adapter_config.json", source.read("adapter_config.json", 10**6)))
    index = FactStore(installed().registry, Limits(Cost.WEIGHTS), {Source: source}).get(TensorIndex)
    assert index is not None
    source.read_bytes = 0
    try:
        found = adapter_change(source, config, index)
    except Absent as why:
        return None, str(why), source.read_bytes
    return (found.moved, found.read, found.of, found.factor, found.whole), "", source.read_bytes


ZERO, MINUS = bytes(4000), struct.pack("<f", -0.0) * 1000
LAST, TINY = bytes(3996) + struct.pack("<f", 1.0), bytes(3996) + bytes((0x80, 0, 0, 0))
FACTORS = {
    "B": ("LORA", "B.weight", ("A.weight",)),
    "embedding_A": ("LORA", "embedding_A", ("embedding_B",)),
    "E": ("ADALORA", "E", ("A", "B")),
}


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize(("content", "moved"), [(ZERO, 0), (MINUS, 0), (LAST, 1), (TINY, 1)])
@pytest.mark.parametrize("where", ["folder", "hub"])
def test_the_factor_that_begins_at_zero(factor: str, content: bytes, moved: int, where: str) -> None:
    kind, name, others = FACTORS[factor]
    values = {LAYER.format(0) + name: content, **{LAYER.format(0) + other: LAST for other in others}}
    found, why, _ = change(adapter(values, kind), where)
    assert found == (moved, 1, 1, factor, True), why


def test_the_sign_of_a_short_number_is_its_last_byte() -> None:
    for content, moved in ((struct.pack("<H", 0x8000) * 100, 0), (struct.pack("<H", 0x0080) * 100, 1)):
        found, _, _ = change(adapter({LAYER.format(0) + "B.weight": content}, dtype="BF16"))
        assert found is not None
        assert found[0] == moved


@pytest.mark.parametrize(
    ("values", "config", "why"),
    [
        ({"A.weight": LAST}, {}, "no LoRA adapter"),
        ({"B.weight": ZERO, "magnitude_vector": LAST}, {}, "other tensors"),
        ({"B.weight": ZERO}, {"init_lora_weights": "pissa_niter_16"}, "a part of the base model"),
        ({"B.weight": ZERO}, {"kind": "LOHA"}, "no LoRA adapter"),
    ],
)
def test_what_is_not_judged(values: dict[str, bytes], config: dict[str, Any], why: str) -> None:
    found, said, _ = change(adapter({LAYER.format(0) + name: content for name, content in values.items()}, **config))
    assert (found, why in said) == (None, True), said


@pytest.mark.parametrize("begins", [True, False, "gaussian", "eva", None])
def test_beginnings_that_leave_the_base_alone(begins: object) -> None:
    found, _, _ = change(adapter({LAYER.format(0) + "B.weight": ZERO}, init_lora_weights=begins))
    assert found == (0, 1, 1, "B", True)


def test_of_large_matrices_elsewhere_both_ends_of_some_are_read() -> None:
    size = 2**20
    values = {LAYER.format(layer) + "B.weight": bytes(size) for layer in range(9)}
    found, _, read = change(adapter(values), "hub")
    assert found == (0, 5, 9, "B", False)
    assert read < 5 * 2**18 + 2**18
    whole, _, read = change(adapter(values))
    assert whole == (0, 9, 9, "B", True)
    assert read >= 9 * size
    moved, _, _ = change(adapter({LAYER.format(0) + "B.weight": bytes(size - 4) + struct.pack("<f", 1.0)}), "hub")
    assert moved == (1, 1, 1, "B", False)
