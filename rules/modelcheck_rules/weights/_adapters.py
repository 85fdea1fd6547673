"""What an adapter's file holds."""

from __future__ import annotations

from modelcheck.api import AdapterConfig, TensorIndex

MATRICES = "adapter_model.safetensors"


def lora_shapes(adapter: AdapterConfig, tensors: TensorIndex) -> dict[str, tuple[int, ...]]:
    """Name → shape of each tensor of a LoRA adapter; nothing for adapters of other kinds."""
    held = tensors.by_file.get(MATRICES, {}) if adapter.data.get("peft_type") == "LORA" else {}
    return {name: tensor.shape for name, tensor in held.items()}
