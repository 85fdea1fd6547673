"""The matrices of a checkpoint's weights that are compared with those of another: the embedding, and two layers' MLP."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from modelcheck.errors import Absent
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.gguf_metadata import GgufMetadata
from modelcheck.patterns import lazy
from modelcheck.sources import Source

if TYPE_CHECKING:
    from modelcheck.documents.safetensors import Tensor
    from modelcheck.facts.matrix import Matrix

_LAYER = lazy(r"(?:^|\.)(?:layers?|h|blocks?|blk)\.(?P<layer>\d+)\.(?P<inside>.*?)(?P<last>[^.]+?)(?:\.weight)?$")
_OTHERS = lazy(r"(?i)vision|visual|image|audio|speech|mtp|shared|cross|\.bias$|experts\.(?!0\.)\d")
"""Matrices of other parts than the layers' own: towers for images and sound, and all experts but the first."""
_ATTENTION = lazy(r"(?i)attn|attention|^att_proj|wq|wv|wkv|wqkv|q_proj|v_proj|qkv")
_MLP: Mapping[str, str] = {
    "gate_proj": "gate", "ffn_gate": "gate", "ffn_gate_exps": "gate", "w1": "gate", "w2": "down",
    "up_proj": "up", "ffn_up": "up", "ffn_up_exps": "up", "w3": "up", "fc1": "up", "fc_in": "up", "c_fc": "up",
    "dense_h_to_4h": "up", "linear_fc1": "up", "gate_up_proj": "gate-up", "in_proj": "in", "ff_proj": "gate-up",
}  # fmt: skip
"""The matrices by which a layer's MLP, or its mixer, takes in its input, by the last part of their name: what they do."""
_QKV: Mapping[str, str] = {
    "q_proj": "query", "wq": "query", "attn_q": "query", "v_proj": "value", "wv": "value", "attn_v": "value",
    "qkv_proj": "query-key-value", "query_key_value": "query-key-value", "c_attn": "query-key-value", "wqkv": "query-key-value",
    "attn_qkv": "query-key-value", "qkv": "query-key-value", "att_proj": "query-key-value", "in_proj": "query-key-value",
}  # fmt: skip
"""The same of attention."""
_EMBEDDING = lazy(r"(?:^|\.)(?:embed_tokens|wte|embed_in|tok_embeddings|word_embeddings|embeddings|token_embd)\.weight$")
_MOST_FILES = 6
"""Headers to read: the first file or two have the first layers and the embedding."""
_LAYERS = (0, 4, 1)
"""The first layer, and one more; the second of two where there is no fifth."""


class Headers:
    """Reads the headers of safetensors files, each once. Raises Absent, Broken, Unavailable."""

    def __init__(self, source: Source, listing: FileListing) -> None:
        self._read: dict[str, Mapping[str, Tensor]] = {}
        self._source, self._sizes = source, listing.sizes

    def __call__(self, path: str) -> Mapping[str, Tensor]:
        """The tensors of a file by their names."""
        from modelcheck.documents.safetensors import parse_safetensors_header

        if path not in self._read:
            self._read[path] = parse_safetensors_header(path, self._sizes[path], partial(self._source.read_range, path))
        return self._read[path]


class LayerMatrices:
    """The matrices of a checkpoint by the names of parts. Headers are read one after the other, until they have what is needed."""

    def __init__(self, listing: FileListing, gguf: GgufMetadata | None, headers: Headers) -> None:
        self._found: dict[str, tuple[str, tuple[int, ...], Callable[[], Matrix | None]]] = {}
        self._more = self._files(listing, gguf, headers)
        self._lock = Lock()  # one checkpoint may be asked for by two names at once

    def parts(self) -> dict[str, tuple[int, ...]]:
        """Those of the first layer, the embedding, then those of another layer, each with the rows and columns of its matrix."""
        with self._lock:
            while not self._complete() and next(self._more, None):
                pass
        of = {layer: sorted(part for part in self._found if part.startswith(f"layer {layer} ")) for layer in _LAYERS}
        first, second = ([*filter(None, of.values()), [], []])[:2]
        embedding = ["embedding"] if "embedding" in self._found else []
        ordered = [*first, *embedding, *second]
        ordered.sort(key=lambda part: part.endswith(("query", "value")))  # and attention last
        return {part: self._found[part][1][-2:] for part in ordered}

    def matrix(self, part: str) -> Matrix:
        """The matrix of a part. Raises Absent."""
        with self._lock:
            while part not in self._found and next(self._more, None):
                pass
        if part not in self._found:
            raise Absent(f"it has no {part}")
        name, _, make = self._found[part]
        made = make()
        if made is None:
            raise Absent(f"{name} has a type that is not read row by row")
        return made

    def known(self, part: str) -> Matrix | None:
        """The matrix of a part, if a header that was read already has it."""
        return self._found[part][-1]() if part in self._found else None

    def _complete(self) -> bool:
        return all(any(part.startswith(start) for part in self._found) for start in ("layer 0 ", "embedding", "layer 4 "))

    def _files(self, listing: FileListing, gguf: GgufMetadata | None, headers: Headers) -> Iterator[str]:
        from modelcheck.facts.matrix import gguf_matrix, tensor_matrix

        if not listing.safetensors:
            if gguf is not None and gguf.header is not None:
                for name, shape, _, _ in gguf.header.layout()[2]:
                    self._add(name, shape, partial(gguf_matrix, gguf, name))
                yield gguf.path
            return
        for path in listing.safetensors[:_MOST_FILES]:
            for name, tensor in sorted(headers(path).items()):
                self._add(name, tensor.shape, partial(tensor_matrix, name, tensor))
            yield path

    def _add(self, name: str, shape: tuple[int, ...], make: Callable[[], Matrix | None]) -> None:
        part = _part(name)
        if part is not None and len(shape) in (2, 3) and min(shape) > 0:
            self._found.setdefault(part, (name, shape, make))


def _part(name: str) -> str | None:
    """What a tensor is called here; None for one that is not compared."""
    if _OTHERS.search(name):
        return None
    if _EMBEDDING.search(name):
        return "embedding"
    found = _LAYER.search(name)
    if found is None:
        return None
    in_attention = _ATTENTION.search(found["inside"] + found["last"]) is not None
    role = (_QKV if in_attention else _MLP).get(found["last"].lower())
    if role is None:
        return None
    if found["last"] in ("w1", "w2") and found["inside"] == "mlp.":  # the first version of Qwen: both take in the input
        role = "up" if found["last"] == "w1" else "gate"
    return f"layer {found['layer']} {role}" if role != "down" else None
