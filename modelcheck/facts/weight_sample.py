"""One row of tensors all over a checkpoint, to see whether models whose first layers are the same differ anywhere else."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from modelcheck.errors import Absent, Broken
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.gguf_metadata import GgufMetadata
from modelcheck.findings import Span
from modelcheck.limits import uncounted
from modelcheck.matching.sample import Sample
from modelcheck.patterns import lazy
from modelcheck.records import record
from modelcheck.sources import Digested, Nearby, OnDisk, Source

if TYPE_CHECKING:
    from modelcheck.facts.layer_matrices import Headers
    from modelcheck.matching.rows import Rows

_WRAPPERS = lazy(r"^(?:(?:model|transformer|language_model|base_model|module|backbone)\.)+")
"""The names of what a model was wrapped in when it was saved."""
_MOST_HASHED = 8 * 2**30
"""Bytes of files whose digest is computed: some ten seconds."""
_MOST_FILES = 40
"""Headers to read."""
_MOST_VALUES = 4096
"""Of one row."""
_NARROW = 64
"""Rows of fewer values are read several at a time, as the kernels of convolutions are."""
_KEPT = 64
"""Rows in memory: what is compared with many is read again, which costs no request where it is on this machine."""
_PLACES = (0.125, 0.5, 0.9375)
"""Which row is read, as a share of all, in turns from layer to layer: matrices of queries, keys and values are often one."""
_SPLIT = lazy(r"-\d+-of-0*(?:[2-9]|[1-9]\d+)\.gguf$")


@record()
class Place:
    """Where a tensor is: its file, the first byte and the one after the last; ``kind`` is the name of its type."""

    path: str
    kind: str
    shape: tuple[int, ...]
    start: int
    end: int


def weight_sample(source: Source, listing: FileListing, gguf: GgufMetadata | None, headers: Headers) -> Sample:
    """Reads the headers of all weights files. Raises Absent for too many files, Broken, Unavailable."""
    if listing.safetensors:
        files = listing.safetensors
        if len(files) > _MOST_FILES:
            raise Absent(f"{len(files)} files of weights are more than are read")
        found = {
            name: Place(path, tensor.dtype, tensor.shape, tensor.start, tensor.end)
            for path in files
            for name, tensor in headers(path).items()
        }
    else:
        files = (gguf.path,) if gguf else ()
        found = _of_gguf(gguf, listing) if gguf else {}
    places = {_WRAPPERS.sub("", name): place for name, place in found.items()}
    digests = [source.digest(path) for path in files] if isinstance(source, Digested) else [None]
    return Sample(
        {name: place.shape for name, place in places.items()},
        lru_cache(_KEPT)(lambda name: _row(source, name, places[name])),
        frozenset(filter(None, digests)) if all(digests) else None,
        {name: (place.path, place.start, place.end) for name, place in found.items()},
        isinstance(source, Nearby) and source.nearby,
        (lambda: _hashed(source, files, listing)) if isinstance(source, OnDisk) else None,
    )


def _hashed(source: OnDisk, files: Iterable[str], listing: FileListing) -> frozenset[str] | None:
    """The SHA-256 of files on this machine, as the Hub has them; None for more than is read for this."""
    if sum(listing.sizes[path] or _MOST_HASHED for path in files) > _MOST_HASHED:
        return None
    found = set()
    for path in files:
        try:
            with source.place(path).open("rb") as file:
                found.add(hashlib.file_digest(file, "sha256").hexdigest())
        except OSError as error:
            raise Absent(f"{path} cannot be read: {error.strerror}") from None
    return frozenset(found)


def _of_gguf(gguf: GgufMetadata, listing: FileListing) -> dict[str, Place]:
    """The tensors of a GGUF file, each as far as the next one begins. Raises Absent if there are other files, Broken."""
    from modelcheck.facts.matrix import GGUF_PLAIN

    if gguf.header is None or _SPLIT.search(gguf.path):
        raise Absent("only one file of several is read")
    size = listing.sizes[gguf.path]
    _, begin, tensors = gguf.header.layout()
    starts = sorted({offset for *_, offset in tensors})
    ends = dict(zip(starts, [*starts[1:], (size or begin) - begin], strict=True))
    return {
        name: Place(gguf.path, GGUF_PLAIN.get(kind, f"ggml {kind}"), shape, begin + offset, begin + ends[offset])
        for name, shape, kind, offset in tensors
    }


def _row(source: Source, name: str, place: Place) -> Rows:
    """One row of a tensor, as numbers; of a packed type its bytes."""
    with uncounted():
        import numpy as np

    from modelcheck.facts.matrix import DECODERS
    from modelcheck.matching.rows import Rows

    of, length = math.prod(place.shape), place.end - place.start
    decode, shape = DECODERS.get(place.kind), place.shape or (1,)
    if not of or length <= 0:
        raise Absent(f"{name} is empty")
    width, size = shape[-1] if shape[-1] >= _NARROW else of // shape[0], length / of
    place_in = _PLACES[sum(map(int, re.findall(r"\d", name))) % len(_PLACES)]
    start = int(int(of // width * place_in) * width * size)
    wanted = min(int(min(width, _MOST_VALUES) * size) or 1, length - start)
    raw = source.read_range(place.path, place.start + start, wanted)
    if len(raw) < wanted:
        raise Broken(Span(place.path), f"ends within {name[:80]!r}")
    numbers = decode(raw) if decode else np.frombuffer(raw, dtype=np.uint8)
    values = np.asarray(numbers, dtype=np.float32).reshape(1, -1)
    return Rows(name, name, place.shape, place.kind, "rows", 0.0, values)
