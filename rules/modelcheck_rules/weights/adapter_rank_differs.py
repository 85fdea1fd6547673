from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import AdapterConfig, Edit, Finding, Fix, TensorIndex, rule

from modelcheck_rules.weights._adapters import lora_shapes


@rule(severity="error", since="0.1")
def adapter_rank_differs(adapter: AdapterConfig, tensors: TensorIndex) -> Iterator[Finding]:
    """The rank in the adapter config differs from that of the matrices.

    peft creates the matrices with rank `r` and fails if the stored ones have another size. vLLM allocates memory by `r` too.

    ## Bad

    ```json adapter_config.json
    {"peft_type": "LORA", "r": 8, "base_model_name_or_path": "acme/Thing-7B"}
    ```

    ```safetensors adapter_model.safetensors
    base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight F32 4x2
    ```

    ## Good

    ```json adapter_config.json
    {"peft_type": "LORA", "r": 4, "base_model_name_or_path": "acme/Thing-7B"}
    ```

    ```safetensors adapter_model.safetensors
    base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight F32 4x2
    ```

    ## Fix

    Set `r` to the rank that the adapter was trained with: the first number in the shape of each `lora_A`.
    """
    rank = adapter.data.get("r")
    own = adapter.data.get("rank_pattern") or adapter.data.get(
        "target_parameters"
    )  # different ranks per module, several experts in one matrix
    shapes = lora_shapes(adapter, tensors).items()
    found = {shape[0] for name, shape in shapes if name.endswith("lora_A.weight") and len(shape) == 2}
    if type(rank) is int and not own and found and rank not in found:
        shown = ", ".join(map(str, sorted(found)[:4]))
        fix = (
            Fix(f"change r to {shown}", (Edit(adapter.at("r"), shown, expected=f"{rank}"),), safe=True) if len(found) == 1 else None
        )
        yield Finding(f"r is {rank}, but the matrices have rank {shown}", at=adapter.at("r"), fix=fix)
