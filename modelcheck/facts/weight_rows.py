"""Some rows of a checkpoint's weights, by which it can be compared with another: the same ones of every checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from modelcheck.declarations import fact
from modelcheck.errors import Absent
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.gguf_metadata import GgufMetadata
from modelcheck.patterns import lazy
from modelcheck.records import record
from modelcheck.sources import Source, Withholding

if TYPE_CHECKING:
    from modelcheck.matching.deciding import Kinship
    from modelcheck.matching.rows import Rows
    from modelcheck.matching.sample import Sample


_PART = lazy(r"-\d{5,6}-of-(?P<of>\d{5,6})\.safetensors$")
"""The end of the name of one file of several."""


@record()
class WeightRows:
    """``read`` returns the rows of one part: ``layer 0 gate``, ``layer 4 up``, ``embedding``; each is read when first asked for.

    It raises Absent where the checkpoint has no such part or its type is not read, Broken and Unavailable. ``parts`` returns the
    names of those that it has, in the order in which they are worth reading, with the rows and columns of the whole matrix.
    ``sample`` reads values of tensors all over the checkpoint; a fingerprint has none. ``missing`` says which part of the weights
    is not there, as far as names and sizes of files show it.
    """

    parts: Callable[[], Mapping[str, tuple[int, ...]]]
    read: Callable[[str], Rows]
    sample: Callable[[], Sample] | None = None
    missing: str = ""

    def compared(self, other: WeightRows) -> Kinship:
        """Return whether these weights and those of another checkpoint come from each other. Raises Absent without numpy, scipy."""
        from modelcheck.matching.comparing import compared

        return compared(self, other)


@fact(cost="weights", local="files")
def weight_rows(source: Source, listing: FileListing, gguf: GgufMetadata | None) -> WeightRows:
    """From the header of the file that has the first layers, then a range of bytes for each part.

    Raises Absent for an adapter, and for weights in formats that are not read: pickled ones are never loaded.
    """
    from modelcheck.facts.layer_matrices import Headers
    from modelcheck.facts.layer_rows import layer_rows
    from modelcheck.facts.weight_sample import weight_sample

    if isinstance(source, Withholding) and source.withheld:
        raise Absent(source.withheld)
    if "adapter_config.json" in listing:
        raise Absent("an adapter has no layers of its own", ordinary=True)
    if not listing.safetensors and (gguf is None or gguf.header is None):
        what = "pickled weights are never loaded" if listing.pickles else "it has no weights in safetensors or GGUF files"
        raise Absent(what, ordinary=True)
    headers = Headers(source, listing)
    sample = cache(lambda: weight_sample(source, listing, gguf, headers))
    return WeightRows(*layer_rows(source, listing, gguf, headers), sample, _missing(listing, gguf))


def _missing(listing: FileListing, gguf: GgufMetadata | None) -> str:
    """Which files of several are not there, or where a file ends too early; a safetensors file that does is not read at all."""
    if not listing.complete:
        return ""
    counts = {int(found["of"]) if (found := _PART.search(path)) else 1 for path in listing.safetensors}
    if len(counts) == 1 and len(listing.safetensors) < max(counts):
        return f"{len(listing.safetensors)} of {max(counts)} files of weights are there"
    if listing.safetensors or gguf is None or gguf.header is None:
        return ""
    _, begin, tensors = gguf.header.layout()
    size = listing.sizes[gguf.path]
    last = max((offset for *_, offset in tensors), default=-1)
    return f"{gguf.path} ends before its last tensor" if size is not None and begin + last >= size else ""
