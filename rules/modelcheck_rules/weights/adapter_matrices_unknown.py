from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import AdapterConfig, Finding, TensorIndex, lazy, rule

from modelcheck_rules.weights._adapters import MATRICES, lora_shapes

_KNOWN = lazy(r"base_model\.model\.(?!base_model\.model\.).*\.?lora_(A|B|embedding_A|embedding_B|magnitude_vector)\b.*")


@rule(severity="error", since="0.1")
def adapter_matrices_unknown(adapter: AdapterConfig, tensors: TensorIndex) -> Iterator[Finding]:
    """No tensor of the adapter has a name that peft loads.

    peft looks for `base_model.model.…lora_A.weight` and `lora_B`. It ignores every other name with a single warning, and the
    model answers with the base model's weights or with random matrices. The usual causes are names of another library, and a
    prefix that is missing or appears twice.

    ## Bad

    ```json adapter_config.json
    {"peft_type": "LORA", "r": 4, "base_model_name_or_path": "acme/Thing-7B"}
    ```

    ```safetensors adapter_model.safetensors
    base_model.model.base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight F32 4x2
    ```

    ## Good

    ```json adapter_config.json
    {"peft_type": "LORA", "r": 4, "base_model_name_or_path": "acme/Thing-7B"}
    ```

    ```safetensors adapter_model.safetensors
    base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight F32 4x2
    ```

    ## Fix

    Save the adapter with peft (`model.save_pretrained(folder)`), or rename the tensors.
    """
    stored = lora_shapes(adapter, tensors)
    if stored and not any(map(_KNOWN.fullmatch, stored)):
        message = f"peft loads none of the {len(stored)} tensors of this adapter: unknown names such as {next(iter(stored))}"
        yield Finding(message, at=tensors.at(MATRICES))
