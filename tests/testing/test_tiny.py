"""The small binary files of examples are what the formats' own libraries read."""

from __future__ import annotations

from pathlib import Path

import pytest
from modelcheck.testing.tiny import content, gguf, safetensors


def test_a_safetensors_file_is_read_by_safetensors(tmp_path: Path) -> None:
    from safetensors import safe_open

    (tmp_path / "a.safetensors").write_bytes(safetensors("one BF16 3x4\n\n  two F32 5\n"))
    with safe_open(tmp_path / "a.safetensors", "pt") as file:
        shapes = {name: (file.get_slice(name).get_dtype(), file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
    assert shapes == {"one": ("BF16", [3, 4]), "two": ("F32", [5])}


@pytest.mark.filterwarnings("ignore")
def test_a_gguf_file_is_read_by_gguf(tmp_path: Path) -> None:
    from gguf import GGUFReader

    text = 'tokenizer.ggml.tokens = ["a", "b"]\nllama.block_count = 1\nx.on = true\nx.part = 0.5\nblk.0.a Q8_0 2x32\nb F16 3\n'
    (tmp_path / "a.gguf").write_bytes(gguf(text))
    reader = GGUFReader(tmp_path / "a.gguf")
    fields = {name: reader.fields[name].contents() for name in reader.fields if not name.startswith("GGUF.")}
    assert fields == {
        "general.architecture": "llama", "tokenizer.ggml.tokens": ["a", "b"], "llama.block_count": 1, "x.on": True, "x.part": 0.5,
    }  # fmt: skip
    assert [(one.name, one.tensor_type.name, list(one.shape)) for one in reader.tensors] == [
        ("blk.0.a", "Q8_0", [32, 2]),
        ("b", "F16", [3]),
    ]


def test_tensors_lie_where_they_are_put_and_files_end_where_they_are_cut() -> None:
    assert len(gguf("a F32 32\nb F32 32")) - len(gguf("a F32 32\nb F32 32 @64")) == 64
    assert len(gguf("a F32 32")) - len(gguf("a F32 32\ncut 20")) == 20


def test_other_languages_are_text() -> None:
    assert content("json", "{}") == "{}"
    assert content("base64", "AAE=") == b"\0\1"
