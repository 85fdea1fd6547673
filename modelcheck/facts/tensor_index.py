"""The tensors that the safetensors headers declare, without a byte of the tensors themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from modelcheck.errors import Absent
from modelcheck.facts.file_listing import FileListing
from modelcheck.findings import Span
from modelcheck.registry import fact
from modelcheck.sources import Source

if TYPE_CHECKING:
    from modelcheck.documents.safetensors import Tensor


@dataclass(frozen=True, slots=True, eq=False)
class TensorIndex:
    """``tensors`` is name → tensor, over all shards; ``files`` the shards that were read; ``twice`` names two shards have."""

    tensors: Mapping[str, Tensor]
    files: tuple[str, ...]
    twice: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def at(self, path: str) -> Span:
        """A shard: there are no lines in it."""
        return Span(path)


@fact(cost="weights", local="files")
def tensor_index(source: Source, listing: FileListing) -> TensorIndex:
    """From the header of every safetensors file of the root: one or two ranges of bytes for each."""
    from modelcheck.documents.safetensors import parse_safetensors_header

    files = listing.safetensors
    if not files:
        raise Absent("no safetensors file")
    tensors: dict[str, Tensor] = {}
    twice: dict[str, tuple[str, str]] = {}
    for path in files:
        for name, tensor in parse_safetensors_header(path, listing.sizes[path], partial(source.read_range, path)).items():
            if name in tensors:
                twice[name] = (tensors[name].path, path)
            tensors[name] = tensor
    return TensorIndex(tensors, files, twice)
