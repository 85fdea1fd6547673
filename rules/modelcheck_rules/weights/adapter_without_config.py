from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, rule


@rule(severity="error", since="0.1")
def adapter_without_config(listing: FileListing) -> Iterator[Finding]:
    """The weights of an adapter are there without its config.

    peft needs `adapter_config.json` to know the base model, the rank and the modules. Nothing can load this.

    ## Bad

    ```json config.json
    {"model_type": "llama"}
    ```

    ```text adapter_model.safetensors
    ```

    ## Good

    ```json adapter_config.json
    {"peft_type": "LORA", "base_model_name_or_path": "acme/Thing-7B"}
    ```

    ```text adapter_model.safetensors
    ```

    ## Fix

    Save the adapter with `model.save_pretrained(folder)`, which writes both.
    """
    weights = [path for path in ("adapter_model.safetensors", "adapter_model.bin") if path in listing]
    if weights and "adapter_config.json" not in listing and listing.complete:
        yield Finding(f"{weights[0]} is here, but no adapter_config.json", at=listing.at(weights[0]))
