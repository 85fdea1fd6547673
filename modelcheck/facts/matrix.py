"""A matrix in a weights file whose rows can be read one by one."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from modelcheck.errors import Absent
from modelcheck.facts.gguf_metadata import GgufMetadata
from modelcheck.limits import uncounted
from modelcheck.records import record

if TYPE_CHECKING:
    from modelcheck.documents.safetensors import Tensor

Decode = Callable[[bytes], Sequence[float]]
GGUF_PLAIN: Mapping[int, str] = {0: "F32", 1: "F16", 30: "BF16"}
"""The types of GGUF that are not quantized, by ggml's numbers."""
_TWO = 2


@record()
class Matrix:
    """``start`` is its first byte in ``path``, ``width`` the bytes of a row, ``decode`` turns them into numbers.

    ``kind`` is the name of their type, and ``rounding`` the relative error that it allows for; ``scaled`` says that the numbers are
    multiples of scales that are stored elsewhere.
    """

    name: str
    path: str
    rows: int
    start: int
    width: int
    decode: Decode
    kind: str
    rounding: float
    scaled: bool = False


def tensor_matrix(name: str, tensor: Tensor) -> Matrix | None:
    """A matrix of a safetensors file, of a stack of matrices the first; None for another shape, or a type that is not decoded."""
    decode = DECODERS.get(tensor.dtype)
    if len(tensor.shape) not in (_TWO, _TWO + 1) or decode is None or not math.prod(tensor.shape):
        return None
    rows = tensor.shape[-2]
    width = (tensor.end - tensor.start) // (rows * math.prod(tensor.shape[:-2]))
    scaled = tensor.dtype in _SCALED
    return Matrix(name, tensor.path, rows, tensor.start, width, decode, tensor.dtype, _ROUNDING[tensor.dtype], scaled)


def gguf_matrix(gguf: GgufMetadata, name: str) -> Matrix | None:
    """A matrix of a GGUF file, dequantised by the gguf package. Raises Absent if that is not installed."""
    tensor = gguf.header.tensor(name) if gguf.header else None
    if tensor is None or len(tensor.shape) not in (_TWO, _TWO + 1):
        return None
    rows, columns = tensor.shape[-2:]
    plain = GGUF_PLAIN.get(tensor.kind)
    if plain:
        width = columns * (4 if plain == "F32" else 2)
        return Matrix(name, gguf.path, rows, tensor.start, width, DECODERS[plain], plain, _ROUNDING[plain])
    try:
        with uncounted():
            from gguf import GGML_QUANT_SIZES, GGMLQuantizationType
    except ImportError:
        raise Absent("the rows of quantised GGUF files need the gguf package: pip install 'modelcheck[probe]'") from None
    if tensor.kind not in (kind.value for kind in GGMLQuantizationType):
        return None
    kind = GGMLQuantizationType(tensor.kind)
    block, size = GGML_QUANT_SIZES[kind]
    rounding = 2.0 ** (2 - 8 * size / block)
    width = columns // block * size
    return Matrix(name, gguf.path, rows, tensor.start, width, partial(_dequantized, kind), kind.name, rounding)


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


def _float8(exponent_bits: int) -> Decode:
    """Eight bits of a sign, an exponent and a fraction; e4m3 has no infinity and one NaN, e5m2 has those of IEEE 754."""
    fraction_bits, bias = 7 - exponent_bits, 2 ** (exponent_bits - 1) - 1
    values = []
    for byte in range(256):
        exponent, fraction = byte >> fraction_bits & 2**exponent_bits - 1, (byte & 2**fraction_bits - 1) / 2**fraction_bits
        size = 2.0 ** (exponent - bias) * (1 + fraction) if exponent else 2.0 ** (1 - bias) * fraction
        if byte & 0x7F == 0x7F or (fraction_bits == _TWO and byte & 0x7F >= 0x7C):
            size = math.nan
        values.append(-size if byte & 0x80 else size)
    return lambda raw: [values[byte] for byte in raw]


_SCALED = ("F8_E4M3", "F8_E5M2", "I8")
_ROUNDING = {
    "F64": 0.0, "F32": 2.0**-23, "F16": 2.0**-10, "BF16": 2.0**-7, "F8_E4M3": 0.25, "F8_E5M2": 0.25, "I8": 0.05,
}  # fmt: skip
"""Relative, of one value; of eight bits with the error of leaving out the scales of blocks."""
DECODERS: Mapping[str, Decode] = {
    "F8_E4M3": _float8(4),
    "F8_E5M2": _float8(5),
    "I8": lambda raw: struct.unpack(f"<{len(raw)}b", raw),
    "BF16": _bfloat16,
    "F16": lambda raw: struct.unpack(f"<{len(raw) // 2}e", raw),
    "F32": lambda raw: struct.unpack(f"<{len(raw) // 4}f", raw),
    "F64": lambda raw: struct.unpack(f"<{len(raw) // 8}d", raw),
}
