"""The tensors that the safetensors headers declare, without a byte of the tensors themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from modelcheck.errors import Absent
from modelcheck.facts.file_listing import FileListing
from modelcheck.registry import fact
from modelcheck.sources import Source

if TYPE_CHECKING:
    from modelcheck.documents.safetensors import Tensor


@dataclass(frozen=True, slots=True, eq=False)
class TensorIndex:
    """``tensors`` is name → tensor, over all shards; ``files`` the shards that were read."""

    tensors: Mapping[str, Tensor]
    files: tuple[str, ...]


@fact(cost="weights")
def tensor_index(source: Source, listing: FileListing) -> TensorIndex:
    """From the header of every safetensors file of the root: one or two ranges of bytes for each."""
    from modelcheck.documents.safetensors import parse_safetensors_header

    files = listing.safetensors
    if not files:
        raise Absent("no safetensors file")
    tensors: dict[str, Tensor] = {}
    for path in files:
        tensors |= parse_safetensors_header(path, listing.sizes[path], partial(source.read_range, path))
    return TensorIndex(tensors, files)
