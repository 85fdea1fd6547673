"""A matrix in a weights file whose rows can be read one by one."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from modelcheck.errors import Absent
from modelcheck.facts.gguf_metadata import GgufMetadata
from modelcheck.records import record

if TYPE_CHECKING:
    from modelcheck.documents.safetensors import Tensor

Decode = Callable[[bytes], Sequence[float]]
_TWO = 2


@record()
class Matrix:
    """``start`` is its first byte in ``path``, ``width`` the bytes of a row, ``decode`` turns them into numbers."""

    name: str
    path: str
    rows: int
    start: int
    width: int
    decode: Decode


def tensor_matrix(name: str, tensor: Tensor) -> Matrix | None:
    """A matrix of a safetensors file; None if it is not a matrix, or of a type that is not decoded."""
    decode = _DECODERS.get(tensor.dtype)
    if len(tensor.shape) != _TWO or decode is None or not tensor.shape[0]:
        return None
    width = (tensor.end - tensor.start) // tensor.shape[0]
    return Matrix(name, tensor.path, tensor.shape[0], tensor.start, width, decode)


def gguf_matrix(gguf: GgufMetadata, name: str) -> Matrix | None:
    """A matrix of a GGUF file, dequantised by the gguf package. Raises Absent if that is not installed."""
    tensor = gguf.header.tensor(name) if gguf.header else None
    if tensor is None or len(tensor.shape) != _TWO:
        return None
    plain = {0: "F32", 1: "F16", 30: "BF16"}.get(tensor.kind)
    if plain:
        width = tensor.shape[1] * (4 if plain == "F32" else 2)
        return Matrix(name, gguf.path, tensor.shape[0], tensor.start, width, _DECODERS[plain])
    try:
        from gguf import GGML_QUANT_SIZES, GGMLQuantizationType
    except ImportError:
        raise Absent("the rows of quantised GGUF files need the gguf package: pip install 'modelcheck[probe]'") from None
    if tensor.kind not in (kind.value for kind in GGMLQuantizationType):
        return None
    kind = GGMLQuantizationType(tensor.kind)
    block, size = GGML_QUANT_SIZES[kind]
    return Matrix(name, gguf.path, tensor.shape[0], tensor.start, tensor.shape[1] // block * size, partial(_dequantized, kind))


def _dequantized(kind: Any, raw: bytes) -> Sequence[float]:
    import numpy as np
    from gguf.quants import dequantize

    values: Sequence[float] = dequantize(np.frombuffer(raw, dtype=np.uint8), kind).tolist()
    return values


def _bfloat16(raw: bytes) -> Sequence[float]:
    """bfloat16: the upper half of a float32, little-endian."""
    wide = bytearray(2 * len(raw))
    wide[2::4], wide[3::4] = raw[0::2], raw[1::2]
    return struct.unpack(f"<{len(raw) // 2}f", wide)


_DECODERS: Mapping[str, Decode] = {
    "BF16": _bfloat16,
    "F16": lambda raw: struct.unpack(f"<{len(raw) // 2}e", raw),
    "F32": lambda raw: struct.unpack(f"<{len(raw) // 4}f", raw),
    "F64": lambda raw: struct.unpack(f"<{len(raw) // 8}d", raw),
}
