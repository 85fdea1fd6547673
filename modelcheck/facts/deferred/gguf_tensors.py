"""The tensors that a GGUF header lists: the place and the length of each."""

from __future__ import annotations

import math

from modelcheck.declarations import fact
from modelcheck.errors import Absent
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.gguf_metadata import GgufMetadata
from modelcheck.findings import Span
from modelcheck.records import record

# ggml's types: elements of a block, bytes of a block (ggml's table; gguf 0.19 has the same).
_BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 40), 10: (256, 84),
    11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292), 16: (256, 66), 17: (256, 74), 18: (256, 98),
    19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8),
    28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17),
}  # fmt: skip
_NAMES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 8: "Q8_0", 10: "Q2_K", 11: "Q3_K", 12: "Q4_K", 13: "Q5_K",
    14: "Q6_K", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS", 19: "IQ1_S", 20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S",
    23: "IQ4_XS", 29: "IQ1_M", 30: "BF16", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4",
}  # fmt: skip


@record()
class GgufEntry:
    """One tensor: ``start`` is its first byte in the file, ``length`` its bytes, None for an unknown type."""

    name: str
    shape: tuple[int, ...]
    kind: str
    start: int
    length: int | None


@record()
class GgufTensors:
    """``entries`` in the order of the header; ``begin`` is the offset of the data, ``size`` the length of the file in bytes."""

    path: str
    entries: tuple[GgufEntry, ...]
    alignment: int
    begin: int
    size: int
    tokens: int | None

    def at(self) -> Span:
        """The file, which has no lines."""
        return Span(self.path)


@fact(cost="files")
def gguf_tensors(gguf: GgufMetadata, listing: FileListing) -> GgufTensors:
    """From the list after the metadata, if the file itself was read."""
    size = listing.sizes.get(gguf.path)
    if gguf.header is None or size is None:
        raise Absent("the header was not read from the file itself")
    alignment, begin, found = gguf.header.layout()
    entries = []
    for name, shape, kind, offset in found:
        block = _BLOCKS.get(kind)
        length = -(-math.prod(shape) // block[0]) * block[1] if block else None
        entries.append(GgufEntry(name, shape, _NAMES.get(kind, f"type {kind}"), begin + offset, length))
    vocabulary = gguf.metadata.get("tokenizer.ggml.tokens")
    tokens = len(vocabulary) if isinstance(vocabulary, list) else getattr(vocabulary, "length", None)
    return GgufTensors(gguf.path, tuple(entries), alignment, begin, size, tokens)
