"""Where a model is loaded: the device or devices with enough memory for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelcheck.probe import Device, Refusal
from modelcheck.probe.messages import Request

if TYPE_CHECKING:
    pass


_GB = 1e9


# What CUDA's libraries (cuBLAS: a handle and its workspace) and the activations of a short text take beside the weights.
_WORKSPACE = 512 * 2**20


def device_map(request: Request) -> Any:
    """The device map: one device, or accelerate's plan if that is too small. Raises Refusal."""
    need = request.memory
    if request.max_bytes is not None and need > request.max_bytes:
        raise Refusal(f"it needs about {need / _GB:.1f} GB, more than --max-probe-gb {request.max_bytes / _GB:g} allows")
    device = _device(request.device)
    host = host_memory()
    if device == "cuda":
        rooms = _gpu_rooms()
        if need <= rooms[0]:
            return {"": 0}
        if need <= sum(rooms):
            return "auto"
        if request.device == "auto" and need <= host:
            return {"": "cpu"}
        if any(rooms) and need <= sum(rooms) + host:
            return "auto"
        free = f"the GPU has {sum(rooms) / _GB:.1f} GB free, and this machine {host / _GB:.1f} GB (--device cpu)"
        raise Refusal(f"it needs about {need / _GB:.1f} GB; {free}")
    if need > host:
        raise Refusal(f"it needs about {need / _GB:.1f} GB; this machine has {host / _GB:.1f} GB free")
    return {"": device}


def _gpu_rooms() -> list[int]:
    """Free bytes for a model on each GPU; 0 where not even CUDA's context fits, as on a GPU that other processes have filled."""
    import torch

    rooms = []
    for index in range(torch.cuda.device_count()):
        try:
            rooms.append(max(torch.cuda.mem_get_info(index)[0] - _WORKSPACE, 0))
        except RuntimeError:  # out of memory, already for the context
            rooms.append(0)
    return rooms


def _device(wanted: Device) -> str:
    import torch

    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wanted == "auto":
        return next(name for name, usable in there.items() if usable)
    if not there[wanted]:
        raise Refusal(f"no {wanted} device is available (--device)")
    return wanted


def host_memory() -> int:
    """Free bytes of this machine's memory."""
    import psutil

    return int(psutil.virtual_memory().available)
