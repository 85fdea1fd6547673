"""Binary files made from a few lines of text, so that the examples of rules about weights are readable.

safetensors, a line for each tensor, of zeros, or in F32 of random numbers if ``~`` gives a seed; ``~1~2`` are those of seed 1 with
a tenth of those of seed 2 added, as training changes weights a little::

    model.embed_tokens.weight BF16 40x4
    model.layers.0.mlp.up_proj.weight F32 40x4 ~1

GGUF, a line for each key with a JSON value and one for each tensor, which follow one another unless ``@`` gives an offset;
``cut`` removes bytes at the end::

    tokenizer.ggml.tokens = ["a", "b"]
    token_embd.weight F32 2x8
    blk.0.attn_q.weight F16 8x8 @64
"""

from __future__ import annotations

import json
import struct
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from math import prod
from random import Random
from typing import Any

_BYTES = {"F64": 8, "I64": 8, "F32": 4, "I32": 4, "F16": 2, "BF16": 2, "I16": 2, "F8_E4M3": 1, "U8": 1, "I8": 1, "BOOL": 1}
# ggml's number of a type, elements of a block, bytes of a block
_GGML = {
    "F32": (0, 1, 4),
    "F16": (1, 1, 2),
    "Q4_0": (2, 32, 18),
    "Q8_0": (8, 32, 34),
    "Q4_K": (12, 256, 144),
    "Q6_K": (14, 256, 210),
}
_STEP = 32
Tensor = tuple[str, str, tuple[int, ...], int | None]


def content(language: str, body: str) -> str | bytes:
    """Return the content of a fence: its text, or the bytes that a text in ``base64``, ``safetensors`` or ``gguf`` describes."""
    return _WRITERS[language](body) if language in _WRITERS else body


def safetensors(text: str) -> bytes:
    """Return a safetensors file. Raises ValueError, KeyError for an invalid line."""
    header, data = {}, b""
    for line in filter(str.strip, text.splitlines()):
        name, kind, sizes, *seeds = line.split()
        shape = tuple(map(int, sizes.split("x")))
        start, count = len(data), prod(shape)
        data += _random(count, seeds[0]) if seeds and kind == "F32" else bytes(count * _BYTES[kind])
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [start, len(data)]}
    written = json.dumps(header).encode()
    return struct.pack("<Q", len(written)) + written + data


def _random(count: int, seeds: str) -> bytes:
    """Numbers with a normal distribution: those of the first seed, and a tenth of those of others."""
    values = [0.0] * count
    for place, seed in enumerate(seeds.split("~")[1:]):
        numbers = Random(int(seed))  # noqa: S311 - the same numbers each time are what is wanted
        values = [value + numbers.gauss(0, 1) * (0.1 if place else 1.0) for value in values]
    return struct.pack(f"<{count}f", *values)


def gguf(text: str) -> bytes:
    """Return a GGUF file of version 3 for the architecture llama. Raises ValueError, KeyError for an invalid line."""
    lines = text.splitlines()
    keys = [line.partition(" = ")[::2] for line in lines if " = " in line]
    cut = sum(int(line.split()[1]) for line in lines if line.strip().startswith("cut "))
    tensors = list(_tensors("\n".join(line for line in lines if " = " not in line and not line.strip().startswith("cut "))))
    parts = [struct.pack("<4sIQQ", b"GGUF", 3, len(tensors), len(keys) + 1), _key("general.architecture", "llama")]
    parts += [_key(key.strip(), json.loads(value)) for key, value in keys]
    end = 0
    for name, kind, shape, place in tensors:
        number, elements, size = _GGML[kind]
        start = end if place is None else place
        parts.append(_text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *reversed(shape), number, start))
        end = -(-(start + prod(shape) // elements * size) // _STEP) * _STEP
    header = b"".join(parts)
    return header + bytes(-len(header) % _STEP + end - cut)


def _tensors(text: str) -> Iterator[Tensor]:
    for line in filter(str.strip, text.splitlines()):
        name, kind, shape, *place = line.split()
        yield name, kind, tuple(map(int, shape.split("x"))), int(place[0].removeprefix("@")) if place else None


def _text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def _key(key: str, value: Any) -> bytes:
    kind, written = _value(value)
    return _text(key) + struct.pack("<I", kind) + written


def _value(value: Any) -> tuple[int, bytes]:
    """GGUF's number for a value's type, and the value."""
    if isinstance(value, bool):
        return 7, struct.pack("<?", value)
    if isinstance(value, int):
        return 4, struct.pack("<I", value)
    if isinstance(value, float):
        return 6, struct.pack("<f", value)
    if isinstance(value, str):
        return 8, _text(value)
    items = [_value(one) for one in value]
    return 9, struct.pack("<IQ", items[0][0] if items else 4, len(items)) + bytes(chain.from_iterable(one for _, one in items))


_WRITERS: Mapping[str, Callable[[str], bytes]] = {"base64": b64decode, "safetensors": safetensors, "gguf": gguf}
