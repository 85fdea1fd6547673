"""GGUF and safetensors headers: what real writers write is read, and what cannot be is refused at once."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.documents.gguf import GgufArray, GgufHeader, parse_gguf
from modelcheck.documents.safetensors import parse_safetensors_header
from modelcheck.errors import Absent, Broken


class Fetches:
    """Bytes, and a count of how often and how much was asked for."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.asked: list[tuple[int, int]] = []

    def __call__(self, start: int, length: int) -> bytes:
        self.asked.append((start, length))
        return self.content[start : start + length]


def gguf(content: bytes) -> GgufHeader:
    return parse_gguf("x.gguf", len(content), Fetches(content))


def text(value: str, order: str = "<") -> bytes:
    return struct.pack(order + "Q", len(value.encode())) + value.encode()


def header(*pairs: bytes, order: str = "<", version: int = 3, tensors: int = 0, keys: int | None = None) -> bytes:
    return b"GGUF" + struct.pack(order + "IQQ", version, tensors, len(pairs) if keys is None else keys) + b"".join(pairs)


class TestGguf:
    @pytest.mark.filterwarnings("ignore")
    @pytest.mark.parametrize("big_endian", [False, True])
    def test_it_reads_what_the_gguf_package_writes(self, tmp_path: Path, big_endian: bool) -> None:
        import numpy as np
        from gguf import GGUFEndian, GGUFWriter

        path = tmp_path / "x.gguf"
        writer = GGUFWriter(path, "llama", endianess=GGUFEndian.BIG if big_endian else GGUFEndian.LITTLE)
        writer.add_name("Thing 7B Instruct")
        writer.add_context_length(4096)
        writer.add_rope_freq_base(0.5)
        writer.add_add_bos_token(value=True)
        tokens = [f"token {number} é" for number in range(500)]
        writer.add_token_list(tokens)
        writer.add_token_types([3 if number == 7 else 1 for number in range(500)])
        writer.add_eos_token_id(7)
        writer.add_chat_template("{{ messages }}")
        writer.add_array("general.tags", ["a", "b"])
        writer.add_tensor("w", np.zeros((4, 4), dtype=np.float32))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        found = gguf(path.read_bytes())
        metadata = found.metadata
        assert (found.version, found.tensor_count) == (3, 1)
        assert metadata["general.name"] == "Thing 7B Instruct"
        assert metadata["llama.context_length"] == 4096
        assert metadata["llama.rope.freq_base"] == 0.5
        assert metadata["tokenizer.ggml.add_bos_token"] is True
        assert metadata["general.tags"] == ["a", "b"]
        assert metadata["tokenizer.chat_template"] == "{{ messages }}"
        assert found.elements(metadata["tokenizer.ggml.tokens"], {7, 499}) == {7: tokens[7], 499: tokens[499]}
        assert [index for index, kind in enumerate(found.integers(metadata["tokenizer.ggml.token_type"])) if kind == 3] == [7]

    def test_the_tensors_are_not_read(self) -> None:
        content = header(text("general.name") + struct.pack("<I", 8) + text("x"), tensors=1) + b"\0" * 5_000_000
        fetches = Fetches(content)
        parse_gguf("x.gguf", len(content), fetches)
        assert sum(length for _, length in fetches.asked) <= 64 * 1024

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"", "does not begin with GGUF"),
            (b"PK\3\4" + b"\0" * 40, "does not begin with GGUF"),
            (header(version=1) + b"\0" * 40, "version 1"),
            (header(keys=2**62), "impossible"),
            (header(tensors=2**62), "impossible"),
            (header(struct.pack("<Q", 2**62)) + b"\0" * 50, "longer than the file"),
            (header(text("k") + struct.pack("<IIQ", 9, 8, 2**61)), "more than the file can hold"),
            (header(text("k") + struct.pack("<IIQ", 9, 9, 1)) + b"\0" * 50, "which is unknown"),
            (header(text("k") + struct.pack("<I", 99)) + b"\0" * 50, "unknown type 99"),
            (header(text("k") + struct.pack("<I", 4)), "cut off in its header"),
            (header(text("k" * 70_000) + struct.pack("<IB", 7, 1)), "65,536 bytes"),
        ],
    )
    def test_what_cannot_be_is_refused(self, content: bytes, says: str) -> None:
        with pytest.raises(Broken, match=says):
            gguf(content)

    @given(st.binary(max_size=120))
    def test_any_bytes_are_read_or_broken(self, tail: bytes) -> None:
        try:
            gguf(header(keys=3) + tail)
        except Broken as broken:
            assert broken.span.path == "x.gguf"

    def test_long_lists_stay_where_they_are(self) -> None:
        values = struct.pack("<IIQ", 9, 5, 100) + struct.pack("<100i", *range(100))
        found = gguf(header(text("list") + values))
        assert isinstance(found.metadata["list"], GgufArray)
        assert list(found.integers(found.metadata["list"])) == list(range(100))


def safetensors(entries: Any, data: int = 4, length: int | None = None) -> bytes:
    head = json.dumps(entries).encode()
    return struct.pack("<Q", len(head) if length is None else length) + head + b"\0" * data


GOOD = {"__metadata__": {"format": "pt"}, "w": {"dtype": "BF16", "shape": [2, 1], "data_offsets": [0, 4]}}


class TestSafetensors:
    def test_it_reads_what_safetensors_writes(self) -> None:
        import torch
        from safetensors.torch import save

        content = save({"a": torch.zeros(3, 2), "b": torch.ones(1, dtype=torch.bfloat16)})
        found = parse_safetensors_header("m.safetensors", len(content), Fetches(content))
        assert {name: (tensor.dtype, tensor.shape) for name, tensor in found.items()} == {"a": ("F32", (3, 2)), "b": ("BF16", (1,))}
        assert content[found["b"].start : found["b"].end] == b"\x80\x3f"

    def test_a_short_header_is_one_request_and_a_long_one_two(self) -> None:
        for count, requests in ((1, 1), (5000, 2)):
            entries = {
                f"tensor.{number}": {"dtype": "U8", "shape": [1], "data_offsets": [number, number + 1]} for number in range(count)
            }
            content = safetensors(entries, data=count)
            fetches = Fetches(content)
            assert len(parse_safetensors_header("m", len(content), fetches)) == count
            assert len(fetches.asked) == requests

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"\0" * 7, "too short"),
            (safetensors(GOOD, length=2**62), "cut off"),
            (safetensors(GOOD)[:-2], "its header describes"),
            (safetensors(GOOD, data=9), "its header describes"),
            (safetensors([]), "a list where an object"),
            (safetensors({"w": 3}), "an invalid entry"),
            (safetensors({"w": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}), "an invalid entry"),
            (safetensors({"w": {"dtype": "F32", "shape": [9], "data_offsets": [0, 4]}}), "does not match its shape"),
            (safetensors({"w": {"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}}), "an invalid entry"),
            (struct.pack("<Q", 4) + b"{{{{", "not valid JSON"),
        ],
    )
    def test_what_contradicts_itself_is_refused(self, content: bytes, says: str) -> None:
        with pytest.raises(Broken, match=says):
            parse_safetensors_header("m.safetensors", len(content), Fetches(content))

    @given(st.binary(max_size=80))
    def test_any_bytes_are_read_or_broken(self, content: bytes) -> None:
        try:
            parse_safetensors_header("m", len(content), Fetches(content))
        except Absent:
            assert content.startswith(b"version https://git-lfs")
        except Broken as broken:
            assert broken.span.path == "m"
