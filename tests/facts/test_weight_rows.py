"""Which rows of the weights are read, of every kind of file and by every name."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from modelcheck.errors import Absent, Broken
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.gguf_metadata import gguf_metadata
from modelcheck.facts.layer_matrices import Headers, _part
from modelcheck.facts.layer_rows import layer_rows
from modelcheck.facts.weight_rows import WeightRows, weight_rows
from modelcheck.testing import MemorySource

NAMES = {
    "model.layers.0.mlp.gate_proj.weight": "layer 0 gate",
    "model.layers.10.mlp.up_proj.weight": "layer 10 up",
    "language_model.model.layers.3.mlp.up_proj.weight": "layer 3 up",
    "layers.0.feed_forward.w1.weight": "layer 0 gate",  # Mistral's own files
    "layers.0.feed_forward.w2.weight": None,
    "layers.0.feed_forward.w3.weight": "layer 0 up",
    "transformer.h.0.mlp.w1.weight": "layer 0 up",  # Qwen's first version
    "transformer.h.0.mlp.w2.weight": "layer 0 gate",
    "model.layers.0.block_sparse_moe.experts.0.w1.weight": "layer 0 gate",
    "model.layers.0.block_sparse_moe.experts.1.w1.weight": None,
    "model.layers.0.mlp.experts.0.gate_proj.weight": "layer 0 gate",
    "model.layers.0.mlp.experts.10.gate_proj.weight": None,
    "model.layers.0.mlp.shared_expert.gate_proj.weight": None,
    "model.layers.0.mlp.experts.gate_up_proj": "layer 0 gate-up",
    "model.layers.0.mlp.gate_up_proj.weight": "layer 0 gate-up",
    "gpt_neox.layers.0.mlp.dense_h_to_4h.weight": "layer 0 up",
    "gpt_neox.layers.0.mlp.dense_h_to_4h.bias": None,
    "transformer.encoder.layers.0.mlp.dense_h_to_4h.weight": "layer 0 up",
    "h.0.mlp.c_fc.weight": "layer 0 up",
    "model.decoder.layers.0.fc1.weight": "layer 0 up",
    "transformer.blocks.0.ffn.up_proj.weight": "layer 0 up",
    "transformer.blocks.0.ff_proj.weight": "layer 0 gate-up",
    "backbone.layers.0.mixer.in_proj.weight": "layer 0 in",
    "blk.4.ffn_gate.weight": "layer 4 gate",
    "blk.4.ffn_up_exps.weight": "layer 4 up",
    "model.layers.0.mlp.down_proj.weight": None,
    "model.layers.0.self_attn.q_proj.weight": "layer 0 query",
    "model.layers.0.self_attn.o_proj.weight": None,
    "transformer.blocks.0.att_proj.weight": "layer 0 query-key-value",
    "blk.0.attn_v.weight": "layer 0 value",
    "model.embed_tokens.weight": "embedding",
    "token_embd.weight": "embedding",
    "transformer.wte.weight": "embedding",
    "transformer.wpe.weight": None,
    "vision_tower.encoder.layers.0.mlp.fc1.weight": None,
    "model.visual.blocks.0.mlp.up_proj.weight": None,
    "audio_tower.layers.0.fc1.weight": None,
    "mtp.layers.0.mlp.up_proj.weight": None,
    "lm_head.weight": None,
    "": None,
    ".": None,
}
WIDTH, UNITS, TOKENS = 8, 32, 40


@pytest.mark.parametrize(("name", "part"), NAMES.items())
def test_what_a_tensor_is_called(name: str, part: str | None) -> None:
    assert _part(name) == part


def test_a_hostile_name_takes_no_time() -> None:
    assert _part("layers.0." + "a." * 50_000 + "w1" * 10_000) is None


class Counting(MemorySource):
    """A source that says what was read of it."""

    asked: list[tuple[str, int, int]]

    def read_range(self, path: str, start: int, length: int) -> bytes:
        self.__dict__.setdefault("asked", []).append((path, start, length))
        return super().read_range(path, start, length)


def file(tensors: Mapping[str, tuple[str, tuple[int, ...], bytes]]) -> bytes:
    header: dict[str, Any] = {}
    end = 0
    for name, (kind, shape, content) in tensors.items():
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [end, end + len(content)]}
        end += len(content)
    written = json.dumps(header).encode()
    return struct.pack("<Q", len(written)) + written + b"".join(content for _, _, content in tensors.values())


def numbers(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def plain(*shape: int, seed: int = 0) -> tuple[str, tuple[int, ...], bytes]:
    return "F32", shape, numbers(*shape, seed=seed).tobytes()


MODEL = {
    "model.embed_tokens.weight": plain(TOKENS, WIDTH, seed=1),
    "model.layers.0.mlp.down_proj.weight": plain(WIDTH, UNITS, seed=2),
    "model.layers.0.mlp.gate_proj.weight": plain(UNITS, WIDTH, seed=3),
    "model.layers.0.mlp.up_proj.weight": plain(UNITS, WIDTH, seed=4),
    "model.layers.0.self_attn.q_proj.weight": plain(WIDTH, WIDTH, seed=5),
}


def opened(files: Mapping[str, bytes]) -> tuple[Counting, WeightRows]:
    source = Counting(files, "acme/thing")
    listing = FileListing(source.files())
    gguf = gguf_metadata(source, listing) if any(path.endswith(".gguf") for path in files) else None
    return source, weight_rows(source, listing, gguf)


def test_the_parts_in_the_order_in_which_they_are_worth_reading() -> None:
    _, rows = opened({"model.safetensors": file(MODEL)})
    assert dict(rows.parts()) == {
        "layer 0 gate": (UNITS, WIDTH),
        "layer 0 up": (UNITS, WIDTH),
        "embedding": (TOKENS, WIDTH),
        "layer 0 query": (WIDTH, WIDTH),
    }


def test_the_last_rows_of_gate_and_the_first_of_up_are_one_request() -> None:
    source, rows = opened({"model.safetensors": file(MODEL)})
    gate, up = rows.read("layer 0 gate"), rows.read("layer 0 up")
    assert gate.values == pytest.approx(numbers(UNITS, WIDTH, seed=3)[-16:])
    assert up.values == pytest.approx(numbers(UNITS, WIDTH, seed=4)[:16])
    assert [length for _, _, length in source.asked[1:]] == [2 * 16 * WIDTH * 4]
    assert rows.read("layer 0 gate") is gate


def test_up_alone_is_one_request_too() -> None:
    source, rows = opened({"model.safetensors": file(MODEL)})
    rows.read("layer 0 up")
    assert [length for _, _, length in source.asked[1:]] == [16 * WIDTH * 4]


def test_the_same_rows_of_an_embedding_that_has_grown() -> None:
    larger = MODEL | {
        "model.embed_tokens.weight": ("F32", (TOKENS + 9, WIDTH), numbers(TOKENS, WIDTH, seed=1).tobytes() + bytes(288))
    }
    rows, others = (opened({"model.safetensors": file(one)})[1].read("embedding") for one in (MODEL, larger))
    assert (rows.values == others.values).all()
    assert rows.axis == "columns"


def test_of_shards_only_the_first_with_what_is_needed_are_opened() -> None:
    layers = {f"model.layers.{number}.mlp.up_proj.weight": plain(UNITS, WIDTH, seed=number) for number in range(8)}
    first = {"model.embed_tokens.weight": MODEL["model.embed_tokens.weight"]} | {name: layers[name] for name in list(layers)[:5]}
    rest = {name: layers[name] for name in list(layers)[5:]}
    files = {"model-00001-of-00002.safetensors": file(first), "model-00002-of-00002.safetensors": file(rest)}
    source, rows = opened(files)
    assert list(rows.parts()) == ["layer 0 up", "embedding", "layer 4 up"]
    assert {path for path, _, _ in source.asked} == {"model-00001-of-00002.safetensors"}


ENCODED: dict[str, Callable[[np.ndarray], bytes]] = {
    "F64": lambda values: values.astype("<f8").tobytes(),
    "F32": lambda values: values.astype("<f4").tobytes(),
    "F16": lambda values: values.astype("<f2").tobytes(),
    "BF16": lambda values: (values.astype("<f4").view("<u4") >> 16).astype("<u2").tobytes(),
    "I8": lambda values: values.astype("i1").tobytes(),
}


@pytest.mark.parametrize("kind", ENCODED)
def test_values_of_each_type(kind: str) -> None:
    values = np.round(numbers(UNITS, WIDTH) * 20)
    _, rows = opened({"model.safetensors": file({"h.0.mlp.c_fc.weight": (kind, (UNITS, WIDTH), ENCODED[kind](values))})})
    found = rows.read("layer 0 up")
    assert found.values == pytest.approx(values[:16], rel=0.01)
    assert (found.kind, found.scaled) == (kind, kind == "I8")


@pytest.mark.parametrize("kind", ["F8_E4M3", "F8_E5M2"])
def test_values_of_eight_bits_are_those_of_torch(kind: str) -> None:
    import torch

    every = torch.arange(256, dtype=torch.uint8)
    theirs = every.view(torch.float8_e4m3fn if kind == "F8_E4M3" else torch.float8_e5m2).float().reshape(16, 16).numpy()
    _, rows = opened({"model.safetensors": file({"h.0.mlp.c_fc.weight": (kind, (16, 16), bytes(range(256)))})})
    ours = rows.read("layer 0 up").values
    finite = np.isfinite(theirs)
    assert (ours[finite] == theirs[finite]).all()
    assert not np.isfinite(ours[~finite]).any()


def test_of_a_stack_of_experts_the_first() -> None:
    _, rows = opened({"model.safetensors": file({"model.layers.0.mlp.experts.gate_up_proj": plain(3, UNITS, WIDTH)})})
    assert rows.read("layer 0 gate-up").values == pytest.approx(numbers(3, UNITS, WIDTH)[0, :16])
    assert rows.parts()["layer 0 gate-up"] == (UNITS, WIDTH)


@pytest.mark.parametrize("kind", ["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q5_1"])
def test_a_gguf_file_of_each_type(kind: str) -> None:
    values = numbers(64, 32)
    _, rows = opened({"model.gguf": gguf_file({"blk.0.ffn_up.weight": values}, kind)})
    found = rows.read("layer 0 up")
    assert np.corrcoef(found.values.ravel(), values[:16].ravel())[0, 1] > 0.99
    assert found.kind == kind


def gguf_file(tensors: Mapping[str, np.ndarray], kind: str) -> bytes:
    """A GGUF file with tensors of one type."""
    from gguf import GGMLQuantizationType, GGUFWriter
    from gguf.quants import quantize

    writer = GGUFWriter(None, "llama")
    of = GGMLQuantizationType[kind]
    for name, values in tensors.items():
        writer.add_tensor(name, quantize(values, of), raw_dtype=of)
    return written(writer)


def written(writer: Any) -> bytes:
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        writer.write_header_to_file(Path(folder, "m.gguf"))
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return Path(folder, "m.gguf").read_bytes()


@pytest.mark.parametrize(
    ("files", "why"),
    {
        "pickled": ({"pytorch_model.bin": b"", "config.json": b"{}"}, "never loaded"),
        "an adapter": ({"adapter_config.json": b"{}", "adapter_model.safetensors": b""}, "an adapter"),
        "none": ({"config.json": b"{}"}, "no weights"),
        "a pointer": ({"model.safetensors": b"version https://git-lfs.github.com/spec/v1\n"}, "pointer"),
    }.values(),
)
def test_weights_that_are_not_read_say_why(files: Mapping[str, bytes], why: str) -> None:
    with pytest.raises(Absent, match=why):
        opened(files)[1].parts()


def test_a_file_that_is_cut_off_within_the_rows() -> None:
    whole = file(MODEL)
    source = Counting({"model.safetensors": whole}, "acme/thing")
    listing = FileListing({"model.safetensors": len(whole)})
    _, read = layer_rows(source, listing, None, Headers(source, listing))
    source._files = {"model.safetensors": whole[:-1200]}  # it has become shorter since it was listed
    with pytest.raises(Broken, match="ends within the rows"):
        read("layer 0 up")


def test_a_part_that_is_missing_or_of_an_unknown_type() -> None:
    _, rows = opened({"model.safetensors": file({"h.0.mlp.c_fc.weight": ("U8", (16, 4), bytes(64))})})
    for part, why in (("layer 0 up", "not read row by row"), ("embedding", "no embedding")):
        with pytest.raises(Absent, match=why):
            rows.read(part)
