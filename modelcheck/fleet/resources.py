"""What a task of Ray takes that runs a model: a share of a GPU, whole GPUs, or memory of a machine without one."""

from __future__ import annotations

import math
import subprocess
from typing import Any

from modelcheck.records import record

_MOST_ON_A_GPU = 8
"""Models at a time on one GPU: each has its own CUDA context, and a CPU that loads it."""
_CONTEXT = 512 * 2**20
"""Bytes that CUDA takes for each process, beside the model."""
_LIBRARIES = 2**30
"""Bytes of the machine's memory that torch and transformers take, beside the model."""
_EXACT = 10_000
"""Ray counts resources in ten thousandths."""


@record()
class Room:
    """What the largest node has: GPUs, and bytes of memory; and the bytes of one GPU, None where nothing is known of them."""

    gpus: int = 0
    memory: int = 0
    gpu_bytes: int | None = None


def resources(need: int, gpus: float | None, room: Room) -> dict[str, float]:
    """The options of the task for a model that needs ``need`` bytes. ``gpus`` is the share that the user chose, None to compute it.

    No task takes more than the largest node has: it would wait for ever, and the model itself says what does not fit.
    """
    if gpus == 0 or (gpus is None and not room.gpus):
        return {"memory": max(min(need + _LIBRARIES, room.memory), 0)}
    if gpus is not None:
        return {"num_gpus": gpus}
    if room.gpu_bytes is None:
        return {"num_gpus": 1}
    share = (need + _CONTEXT) / room.gpu_bytes
    if share > 1:
        return {"num_gpus": min(math.ceil(share), room.gpus)}
    return {"num_gpus": math.floor(_EXACT / min(math.floor(1 / share), _MOST_ON_A_GPU)) / _EXACT}


def room_of(ray: Any, gpu_bytes: int | None) -> Room:
    """What the nodes of a cluster have. Without ``gpu_bytes`` each node with GPUs is asked for the memory of its smallest one."""
    nodes = [node for node in ray.nodes() if node["Alive"]]
    with_gpus = [node for node in nodes if node["Resources"].get("GPU")]
    if gpu_bytes is None and with_gpus:
        ask = ray.remote(num_cpus=0, max_retries=1)(smallest_gpu)
        there = ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy
        asked = [ask.options(scheduling_strategy=there(node["NodeID"], soft=False)).remote() for node in with_gpus]
        known = []
        for reference in asked:
            try:
                known.append(ray.get(reference, timeout=60))
            except ray.exceptions.RayError:  # a node that vanished, or does not answer
                continue
        gpu_bytes = min(filter(None, known), default=None)
    most = {name: max((int(node["Resources"].get(name, 0)) for node in nodes), default=0) for name in ("GPU", "memory")}
    return Room(most["GPU"], most["memory"], gpu_bytes)


def smallest_gpu() -> int | None:
    """The bytes of memory of this machine's smallest GPU; None where its driver does not say."""
    command = ("nvidia-smi", "--query-gpu=memory.total", "--format=csv,noheader,nounits")
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
        return min(int(line) for line in done.stdout.split()) * 2**20
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
