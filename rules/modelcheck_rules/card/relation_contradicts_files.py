from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, ModelCard, rule


@rule(severity="warning", since="0.1")
def relation_contradicts_files(card: ModelCard, listing: FileListing) -> Iterator[Finding]:
    """The relation to the base model is not what the files show.

    `finetune` beside an adapter's config, or `adapter` without one: the Hub shows the model in the wrong branch, and its
    snippet does not load it.

    ## Bad

    ```markdown README.md
    ---
    license: mit
    base_model: acme/Thing-7B
    base_model_relation: finetune
    ---
    # Thing
    ```

    ```json adapter_config.json
    {"peft_type": "LORA"}
    ```

    ```text adapter_model.safetensors
    ```

    ## Good

    ```markdown README.md
    ---
    license: mit
    base_model: acme/Thing-7B
    base_model_relation: adapter
    ---
    # Thing
    ```

    ```json adapter_config.json
    {"peft_type": "LORA"}
    ```

    ```text adapter_model.safetensors
    ```

    ## Fix

    Write what the files are, or take the field out.
    """
    said = card.data.get("base_model_relation")
    adapter = "adapter_config.json" in listing
    whole = any(not path.startswith("adapter") for path in listing.safetensors)
    if said in ("finetune", "merge", "quantized") and adapter and not whole and listing.complete:
        yield Finding(f"base_model_relation is {said}, but the files are an adapter's", at=card.at("base_model_relation"))
    elif said == "adapter" and not adapter and listing.complete and whole and not any("lora" in path for path in listing.sizes):
        yield Finding("base_model_relation is adapter, but there is no adapter_config.json", at=card.at("base_model_relation"))
