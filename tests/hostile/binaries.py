"""Weights made to hurt: headers of GGUF and safetensors that promise or hold more than they should."""

from __future__ import annotations

import json
import struct

from hostile.attack import CONFIG, Attack, Files, Sparse


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value)) + value.encode()


def gguf(*pairs: bytes, tensors: int = 0, count: int | None = None) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", 3, tensors, len(pairs) if count is None else count) + b"".join(pairs)


def pair(key: str, kind: int, value: bytes) -> bytes:
    return text(key) + struct.pack("<I", kind) + value


def strings(key: str, count: int, content: bytes) -> bytes:
    return pair(key, 9, struct.pack("<IQ", 8, count) + content)


_ARCHITECTURE = pair("general.architecture", 8, text("llama"))


def sparse_text(size: int = 3 * 2**30) -> Files:
    head = gguf(_ARCHITECTURE, pair("general.name", 8, struct.pack("<Q", size)))
    return {"a.gguf": Sparse(head, len(head) + size + 4096)}


def safetensors(header: bytes) -> Files:
    return {**CONFIG, "model.safetensors": struct.pack("<Q", len(header)) + header + b"\0" * 64}


def tensors(count: int) -> bytes:
    return json.dumps(
        {
            f"model.layers.{n}.self_attn.q_proj.weight": {"dtype": "U8", "shape": [1], "data_offsets": [n, n + 1]}
            for n in range(count)
        }
    ).encode()


ATTACKS = {
    "a sparse GGUF of one text of 3 GB": Attack(sparse_text, "a.gguf"),
    "a sparse GGUF of one template of 3 GB": Attack(
        lambda: {
            "a.gguf": Sparse(
                gguf(_ARCHITECTURE, pair("tokenizer.chat_template", 8, struct.pack("<Q", 3 * 2**30))), 3 * 2**30 + 9999
            )
        },
        "a.gguf",
    ),
    "a sparse GGUF of one key of 3 GB": Attack(
        lambda: {"a.gguf": Sparse(gguf(struct.pack("<Q", 3 * 2**30), count=1), 3 * 2**30 + 9999)}, "a.gguf"
    ),
    "a sparse GGUF of 100 million empty texts": Attack(
        lambda: {"a.gguf": Sparse(gguf(_ARCHITECTURE, strings("tokenizer.ggml.tokens", 100_000_000, b"")), 2**30)}, "a.gguf"
    ),
    "a sparse GGUF of 1,000 million numbers": Attack(
        lambda: {"a.gguf": Sparse(gguf(_ARCHITECTURE, pair("x", 9, struct.pack("<IQ", 4, 1_000_000_000))), 5 * 2**30)}
    ),
    "a sparse GGUF of lists of lists": Attack(
        lambda: {
            "a.gguf": Sparse(
                gguf(_ARCHITECTURE, pair("x", 9, struct.pack("<IQ", 9, 2**30) + struct.pack("<IQ", 9, 2**30) * 5_000)), 2**30
            )
        },
        "a.gguf",
    ),
    "a sparse GGUF of empty keys": Attack(lambda: {"a.gguf": Sparse(gguf(count=50_000_000), 2**30)}, "a.gguf"),
    "a sparse GGUF of empty tensors": Attack(lambda: {"a.gguf": Sparse(gguf(_ARCHITECTURE, tensors=50_000_000), 2**31)}, "a.gguf"),
    "a GGUF of a million keys": Attack(
        lambda: {"a.gguf": gguf(_ARCHITECTURE, *(pair(f"k{n}", 4, b"\0\0\0\0") for n in range(1_000_000)))}
    ),
    "a GGUF of a million tokens": Attack(
        lambda: {
            "a.gguf": gguf(
                _ARCHITECTURE, strings("tokenizer.ggml.tokens", 1_000_000, b"".join(text(f"<|t{n}|>") for n in range(1_000_000)))
            )
        }
    ),
    "a GGUF of texts of 1 MB": Attack(
        lambda: {"a.gguf": gguf(_ARCHITECTURE, *(pair(f"k{n}", 8, text("x" * 1_000_000)) for n in range(60)))}
    ),
    "a GGUF of one key many times": Attack(lambda: {"a.gguf": gguf(*[_ARCHITECTURE] * 200_000)}),
    "a GGUF of a template of 8 MB": Attack(
        lambda: {"a.gguf": gguf(_ARCHITECTURE, pair("tokenizer.chat_template", 8, text("{% if x %}a{% endif %}" * 360_000)))},
        "a.gguf",
    ),
    "a GGUF with a dangling part": Attack(lambda: {"a-00001-of-00002.gguf": gguf(_ARCHITECTURE)}),
    "a safetensors header of 24 MB": Attack(lambda: safetensors(tensors(240_000))),
    "a safetensors header of 90 MB": Attack(lambda: safetensors(tensors(900_000))),
    "a safetensors header of empty lists": Attack(
        lambda: safetensors(b'{"a": [' + b"[]," * 8_000_000 + b"[]]}"), "model.safetensors"
    ),
    "a safetensors header of metadata": Attack(
        lambda: safetensors(json.dumps({"__metadata__": {f"k{n}": "v" for n in range(400_000)}}).encode())
    ),
    "a safetensors header nested deeply": Attack(lambda: safetensors(b'{"a":' + b"[" * 500_000), "model.safetensors"),
    "a safetensors header of long shapes": Attack(
        lambda: safetensors(
            json.dumps({"lm_head.weight": {"dtype": "F32", "shape": [1] * 900_000, "data_offsets": [0, 4]}}).encode()
        )
    ),
    "a safetensors header of large numbers": Attack(
        lambda: safetensors(
            b'{"lm_head.weight": {"dtype": "F32", "shape": [1e999, -1, '
            + b"9" * 4_000
            + b'], "data_offsets": [0, 1'
            + b"0" * 4_000
            + b"]}}"
        )
    ),
    "200 shards of 1,000 tensors": Attack(
        lambda: (
            CONFIG
            | {
                f"model-{n:05}-of-00200.safetensors": struct.pack("<Q", len(tensors(1_000))) + tensors(1_000) + b"\0" * 1_000
                for n in range(1, 201)
            }
        )
    ),
    "a sparse safetensors file": Attack(
        lambda: {**CONFIG, "model.safetensors": Sparse(struct.pack("<Q", 2**31), 2**33)}, "model.safetensors"
    ),
    "a sparse card of 3 GB": Attack(lambda: {**CONFIG, "README.md": Sparse(b"---\nlicense: mit\n---\n", 3 * 2**30)}, "README.md"),
    "a sparse pickle": Attack(lambda: {**CONFIG, "pytorch_model.bin": Sparse(b"\x80\x02", 3 * 2**30)}),
    "a pickle of operations": Attack(lambda: {**CONFIG, "pytorch_model.bin": b"\x80\x02" + b"]q\0" * 3_000_000 + b"."}),
}
