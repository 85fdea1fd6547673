"""The tensors that safetensors headers declare, without their data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from modelcheck.declarations import fact
from modelcheck.errors import Absent
from modelcheck.facts.file_listing import FileListing
from modelcheck.findings import Span
from modelcheck.records import record
from modelcheck.sources import Source

if TYPE_CHECKING:
    from modelcheck.documents.safetensors import Tensor


@record()
class TensorIndex:
    """``by_file`` is file → name → tensor; ``tensors`` name → tensor over all files; the last file counts."""

    by_file: Mapping[str, Mapping[str, Tensor]]
    tensors: Mapping[str, Tensor]

    def at(self, path: str) -> Span:
        """A shard, which has no lines."""
        return Span(path)


@fact(cost="weights", local="files")
def tensor_index(source: Source, listing: FileListing) -> TensorIndex:
    """From the headers of all safetensors files in the root folder: one or two ranges of bytes each."""
    from modelcheck.documents.safetensors import parse_safetensors_header

    files = listing.safetensors
    if not files:
        raise Absent("no safetensors file")
    by_file = {path: parse_safetensors_header(path, listing.sizes[path], partial(source.read_range, path)) for path in files}
    return TensorIndex(by_file, {name: tensor for held in by_file.values() for name, tensor in held.items()})
