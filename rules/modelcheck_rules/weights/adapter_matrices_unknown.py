from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import AdapterConfig, Finding, TensorIndex, lazy, rule

from modelcheck_rules.weights._adapters import MATRICES, lora_shapes

_KNOWN = lazy(r"base_model\.model\.(?!base_model\.model\.).*\.?lora_(A|B|embedding_A|embedding_B|magnitude_vector)\b.*")


@rule(severity="error", since="0.1")
def adapter_matrices_unknown(adapter: AdapterConfig, tensors: TensorIndex) -> Iterator[Finding]:
    """None of the adapter's matrices has a name that peft loads.

    peft looks for `base_model.model.…lora_A.weight` and `lora_B`. It passes over every other name, says so in one warning, and
    answers with the base model's weights, or with random matrices. Another library's names, a prefix that is missing and one
    that is there twice are the usual ones.

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
    held = lora_shapes(adapter, tensors)
    if held and not any(map(_KNOWN.fullmatch, held)):
        yield Finding(f"peft loads none of its {len(held)} tensors, {next(iter(held))} and so on", at=tensors.at(MATRICES))
