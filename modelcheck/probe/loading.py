"""Loads a model and its tokenizer with transformers: once, without remote code unless allowed, on a device with enough memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelcheck.probe import Refusal
from modelcheck.probe.devices import device_map
from modelcheck.probe.gguf_files import read_once
from modelcheck.probe.messages import Place, Request
from modelcheck.records import mutable

if TYPE_CHECKING:
    import torch


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
