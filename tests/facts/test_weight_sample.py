"""Values of tensors all over a checkpoint, from every kind of file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.errors import Absent, Broken
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.gguf_metadata import gguf_metadata
from modelcheck.facts.layer_matrices import Headers
from modelcheck.facts.weight_sample import weight_sample
from modelcheck.matching.sample import Sample
from modelcheck.testing import MemorySource
from safetensors.numpy import save

from facts.test_weight_rows import gguf_file


def opened(files: Mapping[str, bytes], kind: type[MemorySource] = MemorySource) -> Sample:
    source = kind(files, "acme/thing")
    listing = FileListing(source.files())
    gguf = gguf_metadata(source, listing) if any(path.endswith(".gguf") for path in files) else None
    return weight_sample(source, listing, gguf, Headers(source, listing))


@given(
    st.lists(st.integers(1, 200), min_size=0, max_size=4),
    st.sampled_from([np.float32, np.float16, np.float64, np.int8, np.uint8, np.int32, np.int64]),
)
def test_any_shape_of_any_type(shape: list[int], kind: Any) -> None:
    size = int(np.prod(shape)) if shape else 1
    if size > 200_000:
        return
    values = (np.arange(size) % 100).astype(kind).reshape(shape)
    found = opened({"model.safetensors": save({"model.a": values, "b": np.ones(3, np.float32)})})
    assert set(found.shapes) == {"a", "b"}
    read = found.read("a").values
    assert read.shape[0] == 1
    assert 0 < read.size <= 8 * 4096
    if kind in (np.float32, np.float16, np.float64):
        assert all(one in values for one in read[0])
        width = shape[-1] if shape and shape[-1] >= 64 else size // (shape[0] if shape else 1)
        assert read.shape[1] == min(width, 4096)


def test_tensors_of_all_files() -> None:
    files = {f"model-0000{one}-of-00003.safetensors": save({f"layers.{one}.w": np.ones((4, 4), np.float32)}) for one in (1, 2, 3)}
    assert set(opened(files).shapes) == {"layers.1.w", "layers.2.w", "layers.3.w"}
    with pytest.raises(Absent, match="41 files"):
        opened({f"model-{one}.safetensors": save({f"{one}": np.ones(4, np.float32)}) for one in range(41)})


@pytest.mark.parametrize("kind", ["F32", "F16", "Q8_0", "Q4_0"])
def test_gguf_files(kind: str) -> None:
    numbers = np.random.default_rng(1)
    tensors = {f"blk.{layer}.ffn_up.weight": numbers.normal(size=(32, 64)).astype(np.float32) for layer in range(3)}
    found = opened({"model.gguf": gguf_file(tensors, kind)})
    assert found.shapes == dict.fromkeys(tensors, (32, 64))
    read = found.read("blk.2.ffn_up.weight").values
    if kind == "F32":
        assert np.array_equal(read[0], tensors["blk.2.ffn_up.weight"][30])
    else:
        assert read.size > 30
    with pytest.raises(Absent, match="one file of several"):
        opened({"model-00001-of-00003.gguf": gguf_file(tensors, kind)})


class Listing(MemorySource):
    """A source that knows digests."""

    def digest(self, path: str) -> str | None:
        return f"digest of {path}" if path.startswith("model-1") else None


def test_digests_only_if_all_files_have_one() -> None:
    one = save({"a": np.ones((4, 4), np.float32)})
    assert opened({"model-1.safetensors": one}, Listing).digests == {"digest of model-1.safetensors"}
    assert opened({"model-1.safetensors": one, "model-2.safetensors": one}, Listing).digests is None
    assert opened({"model-1.safetensors": one}).digests is None


def test_a_file_that_ends_within_the_values() -> None:
    whole = save({"a": np.ones((64, 64), np.float32)})
    source = MemorySource({"model.safetensors": whole}, "acme/thing")
    listing = FileListing(source.files())
    found = weight_sample(source, listing, None, Headers(source, listing))
    source._files = {"model.safetensors": whole[:-15_000]}  # it has become shorter since it was listed
    with pytest.raises(Broken, match="ends within"):
        found.read("a")


def test_other_rows_in_other_layers() -> None:
    """A matrix of queries, keys and values is seen in all of its parts."""
    values = np.repeat(np.arange(96, dtype=np.float32)[:, None], 64, axis=1)
    found = opened({"model.safetensors": save({f"model.layers.{layer}.self_attn.qkv_proj.weight": values for layer in range(6)})})
    assert sorted(found.read(name).values[0, 0] for name in found.shapes) == [12, 12, 48, 48, 90, 90]
