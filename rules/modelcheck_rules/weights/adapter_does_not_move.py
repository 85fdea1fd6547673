from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import AdapterChange, Finding, rule


@rule(severity="warning", since="0.2")
def adapter_does_not_move(change: AdapterChange) -> Iterator[Finding]:
    """A LoRA adapter changes nothing: its matrices B are zero.

    The matrices B begin at zero, as do the matrices A of an embedding, and E of AdaLoRA; training moves them. If they are still
    zero, the model with the adapter answers as the model without it: the adapter was saved before training, or its weights were
    not those that were trained. Of an adapter on this machine all of them are read, of one elsewhere six, a quarter of a megabyte
    of each at most. An adapter that begins with a part of the base model (PiSSA, OLoRA …) is not judged.

    ## Bad

    ```json adapter_config.json
    {"peft_type": "LORA", "r": 2, "base_model_name_or_path": "acme/Thing-7B"}
    ```

    ```safetensors adapter_model.safetensors
    base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight F32 2x4 ~1
    base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight F32 4x2
    ```

    ## Good

    ```json adapter_config.json
    {"peft_type": "LORA", "r": 2, "base_model_name_or_path": "acme/Thing-7B"}
    ```

    ```safetensors adapter_model.safetensors
    base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight F32 2x4 ~1
    base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight F32 4x2 ~2
    ```

    ## Fix

    Save the adapter after training, with `save_pretrained` of the model that was trained.
    """
    if change.moved:
        return
    parts = f"all {change.of}" if change.read == change.of else f"{change.read} of {change.of}"
    are = "are" if change.whole else "are, as far as they were read,"
    message = f"the adapter does not change the model: {parts} matrices {change.factor} {are} zero"
    yield Finding(message, at=change.at())
