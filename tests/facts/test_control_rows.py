"""Rows of the embedding as the published measurements have them: untrained, trained, and where they tell nothing."""

from __future__ import annotations

import json
import random
import struct
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from modelcheck.config import Settings
from modelcheck.engine.shared import Shared
from modelcheck.facts.control_rows import ControlRows
from modelcheck.findings import Cost
from modelcheck.sources import Access, Opened
from modelcheck.sources.target import Target
from modelcheck.testing import MemorySource
from modelcheck.testing.checking import installed

ROWS, WIDTH = 300, 16
END, UNUSED = 280, (281, 282, 283, 284)
Row = Sequence[float]


def safetensors(tensors: Mapping[str, Sequence[Row]], dtype: str = "F32") -> bytes:
    """A file of matrices."""
    header, data = {}, b""
    for name, rows in tensors.items():
        start = len(data)
        for row in rows:
            data += encode(row, dtype)
        header[name] = {"dtype": dtype, "shape": [len(rows), len(rows[0])], "data_offsets": [start, len(data)]}
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def encode(row: Row, dtype: str) -> bytes:
    if dtype == "BF16":
        return b"".join(struct.pack("<f", value)[2:] for value in row)
    return struct.pack(f"<{len(row)}{'e' if dtype == 'F16' else 'f'}", *row)


def matrix(end: Callable[[random.Random], Row], unused: Callable[[random.Random], Row]) -> list[Row]:
    """Ordinary rows of about 0.6 a number, and those of the control tokens."""
    draw = random.Random(1)
    rows: list[Row] = [[draw.gauss(0, 0.6) for _ in range(WIDTH)] for _ in range(ROWS)]
    for id_ in UNUSED:
        rows[id_] = unused(draw)
    rows[END] = end(draw)
    for id_ in range(UNUSED[-1] + 1, ROWS):  # behind the vocabulary
        rows[id_] = unused(draw)
    return rows


def zero(_: random.Random) -> Row:
    return [0.0] * WIDTH


def tiny(draw: random.Random) -> Row:
    return [draw.gauss(0, 5e-22) for _ in range(WIDTH)]


def small(draw: random.Random) -> Row:
    return [draw.gauss(0, 0.0026) for _ in range(WIDTH)]


def ordinary(draw: random.Random) -> Row:
    return [draw.gauss(0, 0.6) for _ in range(WIDTH)]


TOKENS = {END: "<|im_end|>"} | {id_: f"<|reserved_{id_}|>" for id_ in UNUSED}
PAPERS = {
    "config.json": '{"model_type": "llama"}',
    "tokenizer_config.json": json.dumps({"added_tokens_decoder": {str(id_): {"content": text} for id_, text in TOKENS.items()}}),
}


class _Nobody:
    def open(self, target: Target, access: Access) -> Opened | None:
        return None


def rows_of(files: Mapping[str, str | bytes]) -> ControlRows | None:
    settings = Settings(offline=True, budget=Cost.WEIGHTS)
    return Shared(installed().registry, _Nobody(), settings).checkpoints.facts(MemorySource(PAPERS | dict(files))).get(ControlRows)


@pytest.mark.parametrize(
    ("end", "unused", "trained"),
    [
        (zero, zero, False),  # Qwen2.5-7B, Mistral-7B-v0.3
        (tiny, tiny, False),  # Llama 3 8B: 1.6e-21 to 1.8e-21
        (small, zero, True),  # Qwen2.5-7B-Instruct: a hundredth of the vocabulary's, and trained
        (ordinary, tiny, True),
    ],
)
@pytest.mark.parametrize("dtype", ["F32", "BF16", "F16"])
def test_a_row_among_the_unused_ones_was_never_trained(
    end: Callable[[random.Random], Row], unused: Callable[[random.Random], Row], trained: bool, dtype: str
) -> None:
    found = rows_of({"model.safetensors": safetensors({"model.embed_tokens.weight": matrix(end, unused)}, dtype)})
    assert found is not None
    assert (found.trained, found.untrained) == ((("<|im_end|>",), ()) if trained else ((), ("<|im_end|>",)))
    assert found.unused == 19


def test_a_head_that_cannot_write_it_decides() -> None:
    tensors = {"model.embed_tokens.weight": matrix(small, zero), "lm_head.weight": matrix(zero, zero)}
    found = rows_of({"model.safetensors": safetensors(tensors)})
    assert found is not None
    assert (found.untrained, found.matrix) == (("<|im_end|>",), "lm_head.weight")


@pytest.mark.parametrize(
    ("end", "unused"),
    [(ordinary, ordinary), (small, ordinary)],  # as in Gemma 3, whose unused rows lie as far apart as all others
)
def test_where_unused_rows_do_not_lie_together_nothing_is_said(
    end: Callable[[random.Random], Row], unused: Callable[[random.Random], Row]
) -> None:
    assert rows_of({"model.safetensors": safetensors({"model.embed_tokens.weight": matrix(end, unused)})}) is None


def test_without_unused_tokens_nothing_is_said() -> None:
    rows = matrix(zero, zero)[: END + 1]
    papers = {"tokenizer_config.json": json.dumps({"added_tokens_decoder": {"280": {"content": "<|im_end|>"}}})}
    assert rows_of({**papers, "model.safetensors": safetensors({"model.embed_tokens.weight": rows})}) is None


@pytest.mark.parametrize("cut", [9, 200, 5_000])
def test_a_truncated_file_says_nothing(cut: int) -> None:
    whole = safetensors({"model.embed_tokens.weight": matrix(zero, zero)})
    assert rows_of({"model.safetensors": whole[:cut]}) is None


@pytest.mark.parametrize("kind", ["F32", "F16", "Q8_0", "Q4_1"])
@pytest.mark.parametrize(("end", "trained"), [(zero, False), (small, True)])
def test_the_rows_of_a_gguf_file(kind: str, end: Callable[[random.Random], Row], trained: bool, tmp_path: Path) -> None:
    import gguf
    import numpy as np

    width = 32  # a block of the quantised types
    rows = [[*row, *row] for row in matrix(end, zero)]
    writer = gguf.GGUFWriter(tmp_path / "a.gguf", "llama")
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list([TOKENS.get(id_, f"t{id_}") for id_ in range(UNUSED[-1] + 1)])
    writer.add_token_types([3 if id_ in TOKENS else 1 for id_ in range(UNUSED[-1] + 1)])
    writer.add_tensor("first", np.zeros((3, 5), dtype=np.float32))
    values = np.array(rows, dtype=np.float32)
    assert values.shape == (ROWS, width)
    type_ = gguf.GGMLQuantizationType[kind]
    writer.add_tensor("token_embd.weight", gguf.quants.quantize(values, type_), raw_dtype=type_)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    settings = Settings(offline=True, budget=Cost.WEIGHTS)
    source = MemorySource({"a.gguf": (tmp_path / "a.gguf").read_bytes()})
    found = Shared(installed().registry, _Nobody(), settings).checkpoints.facts(source).get(ControlRows)
    assert found is not None
    assert (found.trained, found.untrained) == ((("<|im_end|>",), ()) if trained else ((), ("<|im_end|>",)))
