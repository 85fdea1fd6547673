"""Headers of safetensors files: eight bytes of length, then JSON with a type, a shape and offsets for each tensor."""

from __future__ import annotations

import struct
from collections.abc import Callable
from math import prod
from typing import Any

from modelcheck.documents.jsonfile import parse_json_object
from modelcheck.errors import Absent, Broken
from modelcheck.findings import Span
from modelcheck.records import record

MAX_HEADER = 25 * 2**20
"""The limit of the format, also used by huggingface_hub."""
_FIRST_CHUNK = 100_000
"""Enough for 97 of 100 headers in one request (huggingface_hub's figure)."""
_BITS = {
    "F64": 64, "F32": 32, "F16": 16, "BF16": 16, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F6_E2M3": 6, "F6_E3M2": 6, "F4": 4,
    "I64": 64, "I32": 32, "I16": 16, "I8": 8, "U64": 64, "U32": 32, "U16": 16, "U8": 8, "BOOL": 8, "C64": 64,
}  # fmt: skip


@record()
class Tensor:
    """One tensor: ``start`` and ``end`` are bytes from the beginning of ``path``."""

    path: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int


def parse_safetensors_header(path: str, size: int | None, fetch: Callable[[int, int], bytes]) -> dict[str, Tensor]:
    """Read a file's header; ``size`` is its length in bytes, if known. Raises Broken for an invalid header, and Absent for a
    git-lfs pointer, whose file is stored elsewhere.
    """
    first = fetch(0, min(size, _FIRST_CHUNK) if size else _FIRST_CHUNK)
    if first.startswith(b"version https://git-lfs"):
        raise Absent(f"{path} is a git-lfs pointer")
    if len(first) < 8:
        raise Broken(Span(path), "is too short to be a safetensors file")
    length = struct.unpack_from("<Q", first)[0]
    if length > MAX_HEADER or (size is not None and length + 8 > size):
        raise Broken(Span(path), f"declares a header of {length:,} bytes: the file is cut off or is not a safetensors file")
    header = first[8 : 8 + length]
    if len(header) < length:
        header += fetch(8 + len(header), length - len(header))
    data = parse_json_object(path, header).data
    data.pop("__metadata__", None)
    tensors = {name: _tensor(path, name, entry, 8 + length) for name, entry in data.items()}
    last = 8 + length
    for name, tensor in sorted(tensors.items(), key=lambda item: (item[1].start, item[1].end)):
        if tensor.start != last:
            fault = "overlaps the one before it" if tensor.start < last else "leaves a gap before it"
            raise Broken(Span(path), f"places the tensor {name[:80]!r} so that it {fault}")
        last = tensor.end
    if size is not None and last != size:
        raise Broken(Span(path), f"is {size:,} bytes long, but its header describes {last:,}")
    return tensors


def _tensor(path: str, name: str, entry: Any, offset: int) -> Tensor:
    match entry:
        case {"dtype": str(dtype), "shape": [*shape], "data_offsets": [int(start), int(end)]} if (
            _whole(shape) and 0 <= start <= end
        ):
            bits = _BITS.get(dtype)
            if bits is not None and (prod(shape) * bits + 7) // 8 != end - start:
                raise Broken(Span(path), f"stores {name!r} in {end - start:,} bytes, which does not match its shape and type")
            return Tensor(path, dtype, tuple(shape), offset + start, offset + end)
    raise Broken(Span(path), f"has an invalid entry for the tensor {name[:80]!r}")


def _whole(shape: list[Any]) -> bool:
    return all(type(length) is int and length >= 0 for length in shape) and prod(shape) < 2**62
