"""The tensors of an adapter file."""

from __future__ import annotations

from modelcheck.api import AdapterConfig, TensorIndex

MATRICES = "adapter_model.safetensors"


def lora_shapes(adapter: AdapterConfig, tensors: TensorIndex) -> dict[str, tuple[int, ...]]:
    """Return the name and the shape of each tensor of a LoRA adapter; empty for adapters of other kinds."""
    stored = tensors.by_file.get(MATRICES, {}) if adapter.data.get("peft_type") == "LORA" else {}
    return {name: tensor.shape for name, tensor in stored.items()}
