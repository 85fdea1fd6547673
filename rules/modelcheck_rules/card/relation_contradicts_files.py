from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, ModelCard, rule


@rule(severity="warning", since="0.1")
def relation_contradicts_files(card: ModelCard, listing: FileListing) -> Iterator[Finding]:
    """The stated relation to the base model contradicts the files.

    The card says `finetune` although the repository has an adapter config, or `adapter` although it has none. The Hub shows the
    model in the wrong branch of the model tree, and its snippet does not load the model.

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

    Correct `base_model_relation`, or remove it.
    """
    relation = card.data.get("base_model_relation")
    adapter = "adapter_config.json" in listing
    whole = any(not path.startswith("adapter") for path in listing.safetensors)
    if relation in ("finetune", "merge", "quantized") and adapter and not whole and listing.complete:
        yield Finding(f"base_model_relation is {relation}, but the files are an adapter", at=card.at("base_model_relation"))
    elif relation == "adapter" and not adapter and listing.complete and whole and not any("lora" in path for path in listing.sizes):
        yield Finding("base_model_relation is adapter, but there is no adapter_config.json", at=card.at("base_model_relation"))
