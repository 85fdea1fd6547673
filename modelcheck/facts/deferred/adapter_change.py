"""Whether an adapter changes anything: of the factors of its matrices one begins at zero, and training moves it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelcheck.declarations import fact
from modelcheck.errors import Absent
from modelcheck.facts.deferred.adapter_config import AdapterConfig
from modelcheck.facts.tensor_index import TensorIndex
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.records import record
from modelcheck.sources import Nearby, Source

if TYPE_CHECKING:
    from modelcheck.documents.safetensors import Tensor

MATRICES = "adapter_model.safetensors"
_AT_ZERO = {"LORA": lazy(r"\.lora_(B|embedding_A)(\.|$)"), "ADALORA": lazy(r"\.lora_(E)(\.|$)")}
"""Type of adapter → the factors that are zero before training: B of LoRA, A of an embedding, the singular values E of AdaLoRA."""
_FACTORS = lazy(r"\.lora_(A|B|E|embedding_A|embedding_B)(\.|$)")
_OF_THE_BASE = frozenset(("gaussian", "eva", "orthogonal"))
"""Ways to begin that leave the base model's weights alone; others subtract from it what the adapter begins with, as PiSSA does."""
_REMOTE, _REMOTE_BYTES = 6, 256 * 1024
"""Matrices that are read if they are on another machine, and bytes of each, one half at its beginning and one at its end."""
_LOCAL_BYTES = 2**30
"""Of all matrices of an adapter on this machine."""
_PIECE = 2**20
_MINUS_ZERO = 0x80


@record()
class AdapterChange:
    """Of ``of`` factors that begin at zero, ``read`` were read; ``moved`` of these have a value that is not zero.

    ``factor`` is what they are called: ``B``, ``embedding_A``, ``E``. ``whole``: all that was read was read to its end.
    """

    moved: int
    read: int
    of: int
    factor: str = "B"
    whole: bool = True

    def at(self) -> Span:
        """The file, which has no lines."""
        return Span(MATRICES)


@fact(cost="weights", local="files")
def adapter_change(source: Source, adapter: AdapterConfig, tensors: TensorIndex) -> AdapterChange:
    """From the factors that begin at zero: all of a local adapter, some of one elsewhere. Stops at the first that moved.

    Raises Absent for adapters that are neither LoRA nor AdaLoRA, for those with other tensors, which change the model by
    themselves, and for those that begin with a part of the base model, which is then taken out of it.
    """
    stored = tensors.by_file.get(MATRICES, {})
    kind = _AT_ZERO.get(str(adapter.data.get("peft_type")))
    named = [(found[1], stored[name]) for name in sorted(stored) if kind and (found := kind.search(name))]
    if not named:
        raise Absent("it is no LoRA adapter", ordinary=True)
    if not all(_FACTORS.search(name) for name in stored):
        raise Absent("it has other tensors than those of LoRA, which change the model too", ordinary=True)
    begins = adapter.data.get("init_lora_weights")
    if isinstance(begins, str) and begins.lower() not in _OF_THE_BASE:
        raise Absent(f"it begins with a part of the base model ({begins[:20]}), not with zeros", ordinary=True)
    local = isinstance(source, Nearby) and source.nearby
    step = 1 if local else max(1, -(-len(named) // _REMOTE))
    chosen = [tensor for _, tensor in named[::step]]
    most = _LOCAL_BYTES // len(chosen) if local else _REMOTE_BYTES
    whole = all(tensor.end - tensor.start <= most for tensor in chosen)
    factor = " and ".join(sorted({name for name, _ in named}))
    for read, tensor in enumerate(chosen, start=1):
        if _moved(source, tensor, most):
            return AdapterChange(1, read, len(named), factor, whole)
    return AdapterChange(0, len(chosen), len(named), factor, whole)


def _moved(source: Source, tensor: Tensor, most: int) -> bool:
    """Whether a value is not zero, in the first and the last of so many bytes: a sign alone (minus zero) is none."""
    size = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}.get(tensor.dtype, 1)
    return any(_other_than_zero(piece, size) for piece in _pieces(source, tensor, most, size))


def _other_than_zero(content: bytes, size: int) -> bool:
    if not content.translate(None, b"\0"):
        return False
    if content.translate(None, bytes((0, _MINUS_ZERO))):
        return True
    return any(any(content[place::size]) for place in range(size - 1))  # the sign is in the last byte of each value


def _pieces(source: Source, tensor: Tensor, most: int, size: int) -> Iterator[bytes]:
    """The bytes of a tensor; of one with more than ``most`` the first and the last half of so many."""
    half = most // 2 // size * size
    parts = [(tensor.start, tensor.end)]
    if tensor.end - tensor.start > most:
        parts = [(tensor.start, tensor.start + half), (tensor.end - half, tensor.end)]
    for start, end in parts:
        for at in range(start, end, _PIECE):
            yield source.read_range(MATRICES, at, min(_PIECE, end - at))
