"""Reads GGUF headers: the metadata of a file, without its tensors, from as few bytes as possible.

Layout (ggml's ``docs/gguf.md``): magic, version, tensor count, key count, then keys with typed values in the writer's order.
Long lists of strings (the vocabulary, the merges) are skipped; single elements are read on demand.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from modelcheck.errors import Broken
from modelcheck.findings import Span
from modelcheck.records import record

Fetch = Callable[[int, int], bytes]
"""``fetch(start, length)`` returns the bytes of the file from ``start``; fewer only at its end."""
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_FIRST_CHUNK = 64 * 1024
_MAX_KEYS = 100_000
_MAX_KEY = 64 * 1024
_MAX_TEXT = 4 * 2**20
"""Bytes of one text; the longest real chat template has some 100 KB."""
_MAX_HEADER = 96 * 2**20
"""Bytes of all keys and lists; a vocabulary of 256,000 with its merges takes some 20 MB."""
_MAX_TENSORS = 10_000_000
_MAX_TEXTS = 5_000_000
"""Of one list. The largest vocabularies have 300,000 tokens and as many merges."""
_MAX_DIMENSIONS = 8
_ALIGNMENT = 32
_TENSOR_COUNT = 8
"""Its offset: magic and version come before it."""
_SHORT = 64
"""Lists of at most this many plain values are read; longer ones become a GgufArray."""


@record()
class GgufArray:
    """A list that was not read: its element type, its length, and the offset of its first element."""

    kind: int
    length: int
    offset: int


@record()
class GgufTensor:
    """A tensor: ``shape`` with the rows first, ``kind`` ggml's number of its type, ``start`` its first byte in the file."""

    shape: tuple[int, ...]
    kind: int
    start: int


@record()
class GgufHeader:
    """``metadata`` is key → value (str, int, float, bool, a short list, or a GgufArray); ``tensor_count`` tensors follow.

    ``repeated`` are the keys that occur more than once; the last value counts.
    """

    path: str
    version: int
    tensor_count: int
    metadata: Mapping[str, Any]
    _bytes: _Bytes = field(repr=False)
    _end: int = field(repr=False)
    repeated: tuple[str, ...] = ()

    def tensor(self, name: str) -> GgufTensor | None:
        """One tensor by name, from the list after the metadata. Raises Broken for an invalid list."""
        _, begin, tensors = self.layout()
        found = next((one for one in tensors if one[0] == name), None)
        return GgufTensor(found[1], found[2], begin + found[3]) if found else None

    def layout(self) -> tuple[int, int, list[tuple[str, tuple[int, ...], int, int]]]:
        """The alignment, the offset of the data, and each tensor's name, shape, type and offset in the data. Raises Broken."""
        tensors = list(self._tensors())
        end = tensors[-1][-1] if tensors else self._end
        alignment = self.metadata.get("general.alignment", _ALIGNMENT)
        step = alignment if isinstance(alignment, int) and alignment > 0 else _ALIGNMENT
        return step, -(-end // step) * step, [tensor[:-1] for tensor in tensors]

    def parameters(self) -> int:
        """The number of elements of all tensors. Raises Broken for an invalid list."""
        return sum(math.prod(shape) for _, shape, _, _, _ in self._tensors())

    def without_tensors(self) -> bytes:
        """The metadata as a file of its own: the same keys, and no tensor."""
        kept = bytes(self._bytes.take(self._end)[: self._end])
        return kept[:_TENSOR_COUNT] + bytes(8) + kept[_TENSOR_COUNT + 8 :]

    def _tensors(self) -> Iterator[tuple[str, tuple[int, ...], int, int, int]]:
        """Name, shape, type, offset in the data, and the offset of the next entry."""
        data, offset = self._bytes, self._end
        for _ in range(self.tensor_count):
            called, offset = data.string(offset)
            count, offset = data.number("I", offset)
            if count > _MAX_DIMENSIONS:
                raise data.broken(f"declares {count:,} dimensions for the tensor {called[:80]!r}")
            sizes = []
            for _ in range(count):
                size, offset = data.number("Q", offset)
                sizes.append(size)
            kind, offset = data.number("I", offset)
            start, offset = data.number("Q", offset)
            yield called, tuple(reversed(sizes)), kind, start, offset

    def elements(self, array: GgufArray, wanted: set[int]) -> dict[int, str]:
        """Some strings of a list of strings, by index. Reads as far as the last of them."""
        found: dict[int, str] = {}
        if array.kind != _STRING:
            return found
        offset = array.offset
        for index in range(min(array.length, max(wanted, default=-1) + 1)):
            if index in wanted:
                found[index], offset = self._bytes.string(offset)
            else:
                offset = self._bytes.skip_string(offset)
        return found

    def integers(self, values: object) -> Sequence[int]:
        """The values of a list of integers, read or not; empty for anything else."""
        if isinstance(values, list):
            return [value for value in values if isinstance(value, int)]
        if not isinstance(values, GgufArray) or _SCALARS.get(values.kind, "f") in "fd?":
            return ()
        code = _SCALARS[values.kind]
        end = values.offset + values.length * struct.calcsize("<" + code)
        return struct.unpack_from(f"{self._bytes.order}{values.length}{code}", self._bytes.take(end), values.offset)


class _Bytes:
    """The file's first bytes, fetched in chunks that grow."""

    def __init__(self, path: str, size: int, fetch: Fetch) -> None:
        self.path = path
        self.size = size
        self.order = "<"
        self._fetch = fetch
        self._buffer = bytearray()

    def need(self, end: int) -> None:
        """Fetch the bytes up to ``end``. Raises Broken if the file is shorter."""
        if end > self.size:
            raise self.broken("is cut off in its header, or declares a length beyond its end")
        if end > _MAX_HEADER:
            raise self.broken(f"has a header of more than {_MAX_HEADER // 2**20} MiB")
        while len(self._buffer) < end:
            have = len(self._buffer)
            chunk = self._fetch(have, min(max(end - have, have, _FIRST_CHUNK), self.size - have))
            if not chunk:
                raise self.broken("is cut off in its header")
            self._buffer += chunk

    def take(self, end: int) -> bytearray:
        """The buffer, with at least the bytes up to ``end``."""
        self.need(end)
        return self._buffer

    def broken(self, message: str) -> Broken:
        return Broken(Span(self.path), message)

    def number(self, code: str, offset: int) -> tuple[Any, int]:
        size = struct.calcsize("<" + code)
        self.need(offset + size)
        return struct.unpack_from(self.order + code, self._buffer, offset)[0], offset + size

    def skip_string(self, offset: int) -> int:
        length, offset = self.number("Q", offset)
        if length > self.size:
            raise self.broken(f"has a text of {length:,} bytes, longer than the file")
        return int(offset + length)

    def string(self, offset: int) -> tuple[str, int]:
        end = self.skip_string(offset)
        if end - offset > _MAX_TEXT:
            raise self.broken(f"has a text of {end - offset - 8:,} bytes; modelcheck reads at most {_MAX_TEXT:,}")
        self.need(end)
        return self._buffer[offset + 8 : end].decode("utf-8", "replace"), end

    def skip_strings(self, offset: int, count: int) -> int:
        """Skip ``count`` strings: the loop that takes most of the time of a header."""
        unpack = struct.Struct(self.order + "Q").unpack_from
        for _ in range(count):
            if len(self._buffer) < offset + 8:
                self.need(offset + 8)
            offset += 8 + unpack(self._buffer, offset)[0]
            if offset > self.size:
                raise self.broken("has a text that is longer than the file")
        return offset


def parse_gguf(path: str, size: int, fetch: Fetch) -> GgufHeader:
    """Read the header of a GGUF file of ``size`` bytes. Raises Broken if it is invalid or declares impossible counts."""
    data = _Bytes(path, size, fetch)
    if size < 24 or bytes(data.take(4)[:4]) != b"GGUF":
        raise data.broken("is not a GGUF file: it does not begin with GGUF")
    version, offset = data.number("I", 4)
    if version & 0xFFFF == 0:
        data.order = ">"
        version, offset = data.number("I", 4)
    if version not in (2, 3):
        raise data.broken(f"has GGUF version {version}; modelcheck reads versions 2 and 3")
    tensors, offset = data.number("Q", offset)
    keys, offset = data.number("Q", offset)
    if keys > _MAX_KEYS or tensors > _MAX_TENSORS or keys * 13 > size:
        raise data.broken(f"declares {keys:,} keys and {tensors:,} tensors, which is impossible")
    metadata: dict[str, Any] = {}
    repeated = []
    for _ in range(keys):
        end = data.skip_string(offset)
        if end - offset > _MAX_KEY:
            raise data.broken("has a key of more than 65,536 bytes")
        key, offset = data.string(offset)
        kind, offset = data.number("I", offset)
        if key in metadata:
            repeated.append(key)
        metadata[key], offset = _value(data, key, kind, offset)
    return GgufHeader(path, version, tensors, metadata, data, offset, tuple(repeated))


def _value(data: _Bytes, key: str, kind: int, offset: int) -> tuple[Any, int]:
    if kind in _SCALARS:
        return data.number(_SCALARS[kind], offset)
    if kind == _STRING:
        return data.string(offset)
    if kind == _ARRAY:
        return _array(data, key, offset)
    raise data.broken(f"has a value of the unknown type {kind} under {key[:80]!r}")


def _array(data: _Bytes, key: str, offset: int) -> tuple[Any, int]:
    kind, offset = data.number("I", offset)
    length, offset = data.number("Q", offset)
    width = 8 if kind == _STRING else struct.calcsize("<" + _SCALARS[kind]) if kind in _SCALARS else 0
    if not width:
        raise data.broken(f"has a list of the type {kind} under {key[:80]!r}, which is unknown")
    if length * width > data.size:
        raise data.broken(f"has a list of {length:,} values under {key[:80]!r}, more than the file can hold")
    array = GgufArray(kind, length, offset)
    if length <= _SHORT:
        values = []
        for _ in range(length):
            value, offset = _value(data, key, kind, offset)
            values.append(value)
        return values, offset
    if kind == _STRING and length > _MAX_TEXTS:
        raise data.broken(f"has a list of {length:,} texts; modelcheck reads at most {_MAX_TEXTS:,}")
    return array, data.skip_strings(offset, length) if kind == _STRING else offset + length * width
