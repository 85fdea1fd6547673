"""Whether an adapter changes anything: the second matrices of LoRA begin at zero, and training moves them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelcheck.declarations import fact
from modelcheck.errors import Absent
from modelcheck.facts.deferred.adapter_config import AdapterConfig
from modelcheck.facts.tensor_index import TensorIndex
from modelcheck.findings import Span
from modelcheck.records import record
from modelcheck.sources import Nearby, Source

if TYPE_CHECKING:
    from modelcheck.documents.safetensors import Tensor

MATRICES = "adapter_model.safetensors"
_REMOTE, _ROWS = 6, 16
"""Matrices of which a part is read if they are on another machine, and rows of each."""


@record()
class AdapterChange:
    """Of ``of`` matrices B, ``read`` were read, at least their first rows; ``moved`` of these have a value that is not zero."""

    moved: int
    read: int
    of: int

    def at(self) -> Span:
        """The file, which has no lines."""
        return Span(MATRICES)


@fact(cost="weights", local="files")
def adapter_change(source: Source, adapter: AdapterConfig, tensors: TensorIndex) -> AdapterChange:
    """From the first rows of the matrices B: all of a local adapter, some of one elsewhere. Stops at the first that moved.

    Raises Absent for adapters that are not LoRA, and for those with other tensors, which change the model by themselves.
    """
    stored = tensors.by_file.get(MATRICES, {})
    seconds = [tensor for name, tensor in sorted(stored.items()) if ".lora_B." in name]
    if adapter.data.get("peft_type") != "LORA" or not seconds:
        raise Absent("it is no LoRA adapter", ordinary=True)
    if any(".lora_A." not in name and ".lora_B." not in name for name in stored):
        raise Absent("it has other tensors than those of LoRA, which change the model too", ordinary=True)
    local = isinstance(source, Nearby) and source.nearby
    step = 1 if local else max(1, -(-len(seconds) // _REMOTE))
    chosen = seconds[::step]
    read = 0
    for moved in _moved(source, chosen):
        read += 1
        if moved:
            return AdapterChange(1, read, len(seconds))
    return AdapterChange(0, read, len(seconds))


def _moved(source: Source, tensors: list[Tensor]) -> Iterator[bool]:
    """For each matrix whether a value is not zero: a sign alone (minus zero) is none."""
    for tensor in tensors:
        width = (tensor.end - tensor.start) // max(tensor.shape[0], 1) if tensor.shape else tensor.end - tensor.start
        length = min(tensor.end - tensor.start, max(width, 1) * _ROWS)
        content = source.read_range(MATRICES, tensor.start, length)
        size = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}.get(tensor.dtype, 1)
        yield any(byte & 0x7F if place % size == size - 1 else byte for place, byte in enumerate(content))
