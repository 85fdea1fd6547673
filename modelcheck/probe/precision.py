"""The data type that a model is run in: its own, unless the processor takes many times as long for it as for float32.

Without instructions for bfloat16 or float16, a forward pass of one thread takes five times as long. float32 has all their values.
"""

from __future__ import annotations

from typing import Any

from modelcheck.probe.devices import host_memory
from modelcheck.probe.loading import Loaded
from modelcheck.probe.messages import Request, memory_for
from modelcheck.records import replace

_ROOM = 2
"""Times the memory of the widened weights that is free: other processes start, too."""


def widened(loaded: Loaded, request: Request) -> Loaded:
    """The model in float32, if it is on a processor that is slow at its own type and there is memory for that."""
    import torch

    if loaded.device.type != "cpu" or not _is_slow(loaded.dtype):
        return loaded
    if {one.dtype for one in loaded.model.parameters()} - {loaded.dtype, torch.float32}:  # some are quantized
        return loaded
    need = memory_for(loaded.parameters * torch.float32.itemsize)
    if need > (request.max_bytes or need) or _ROOM * need > host_memory():
        return loaded
    # transformers' own method refuses a GGUF file's model, whose weights it has dequantized.
    return replace(loaded, model=torch.nn.Module.float(loaded.model), dtype=torch.float32)


def _is_slow(dtype: Any) -> bool:
    """Whether torch has no fast path for a type here, by its own check; False where that cannot be asked."""
    import torch

    names = {torch.bfloat16: "_is_mkldnn_bf16_supported", torch.float16: "_is_mkldnn_fp16_supported"}
    try:
        return dtype in names and not getattr(torch.ops.mkldnn, names[dtype])()
    except (AttributeError, RuntimeError):  # a build without oneDNN
        return False
