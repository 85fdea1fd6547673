"""Loads a model and its tokenizer with transformers: once, without remote code unless allowed, on a device with enough memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelcheck.probe import Device, Refusal
from modelcheck.probe.gguf_files import read_once
from modelcheck.probe.messages import Place, Request
from modelcheck.records import mutable

if TYPE_CHECKING:
    import torch

_GB = 1e9
# What CUDA's libraries (cuBLAS: a handle and its workspace) and the activations of a short text take beside the weights.
_WORKSPACE = 512 * 2**20


@mutable
class Loaded:
    """A loaded model, ready to run."""

    model: Any
    tokenizer: Any
    device: torch.device
    dtype: torch.dtype
    parameters: int


def load(request: Request) -> Loaded:
    """The model on its device, in the checkpoint's own dtype. Raises Refusal, and anything that transformers raises."""
    import torch
    from transformers import AutoConfig, AutoTokenizer

    torch.manual_seed(0)
    where = device_map(request)
    place = request.place
    folder = folder_of(place)
    trust = request.remote_code
    common: dict[str, Any] = {"trust_remote_code": trust, "local_files_only": True}
    if place.gguf:
        read_once()
        common["gguf_file"] = place.gguf
    config = AutoConfig.from_pretrained(folder, **common)
    if getattr(config, "is_encoder_decoder", False):
        raise Refusal("it is an encoder-decoder model, which does not continue text")
    tokenizer = AutoTokenizer.from_pretrained(folder_of(request.adapter) if _brings_tokenizer(request) else folder, **common)
    # A model quantised for llama.cpp has no dtype of its own.
    dtype: Any = torch.bfloat16 if place.gguf else "auto"
    model, report = _kind(config).from_pretrained(
        folder, dtype=dtype, device_map=where, output_loading_info=True, ignore_mismatched_sizes=True, **common
    )
    _complete(report)
    if request.adapter:
        model = _adapted(model, folder_of(request.adapter))
    model.eval()
    # The checkpoint's sampling settings and penalties would change the output.
    model.generation_config = type(model.generation_config)()
    first = next(model.parameters())
    return Loaded(model, tokenizer, model.device, first.dtype, sum(one.numel() for one in model.parameters()))


def folder_of(place: Place | None) -> str:
    """The folder of a place; for one on the Hub, the fetched snapshot."""
    if place is None:
        raise Refusal("there is no model")
    if place.folder:
        return place.folder
    from huggingface_hub import snapshot_download

    return str(
        snapshot_download(place.repo or "", revision=place.revision, allow_patterns=list(place.files), local_files_only=True)
    )


def _kind(config: Any) -> Any:
    """The auto class for a config: of text models, or of models that read images and text."""
    from transformers import AutoModelForCausalLM, AutoModelForImageTextToText, AutoModelForMultimodalLM

    for kind in (AutoModelForCausalLM, AutoModelForImageTextToText, AutoModelForMultimodalLM):
        if type(config) in kind._model_mapping:  # noqa: SLF001 - there is no public function for it
            return kind
    return AutoModelForCausalLM


def _brings_tokenizer(request: Request) -> bool:
    from pathlib import Path

    return request.adapter is not None and (Path(folder_of(request.adapter)) / "tokenizer_config.json").is_file()


def _complete(report: dict[str, Any]) -> None:
    """Raises Refusal for a model with weights that transformers had to initialise."""
    missing = sorted(report.get("missing_keys") or ())
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise Refusal(f"its weights do not contain {missing[0]}{more}")
    mismatched = sorted(str(one[0] if isinstance(one, tuple) else one) for one in report.get("mismatched_keys") or ())
    if mismatched:
        raise Refusal(f"the shape of {mismatched[0]} does not match its config")


def _adapted(model: Any, folder: str) -> Any:
    try:
        from peft import PeftModel
    except ImportError:
        raise Refusal("an adapter needs peft: pip install 'modelcheck[probe]'") from None
    return PeftModel.from_pretrained(model, folder).merge_and_unload()


def device_map(request: Request) -> Any:
    """The device map: one device, or accelerate's plan if that is too small. Raises Refusal."""
    need = request.memory
    if request.max_bytes is not None and need > request.max_bytes:
        raise Refusal(f"it needs about {need / _GB:.1f} GB, more than --max-probe-gb {request.max_bytes / _GB:g} allows")
    device = _device(request.device)
    host = _host_memory()
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


def _host_memory() -> int:
    import psutil

    return int(psutil.virtual_memory().available)
