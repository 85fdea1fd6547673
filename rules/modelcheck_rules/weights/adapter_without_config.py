from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, rule


@rule(severity="error", since="0.1")
def adapter_without_config(listing: FileListing) -> Iterator[Finding]:
    """The checkpoint has adapter weights but no adapter config.

    peft reads the base model, the rank and the modules from `adapter_config.json`. Without it the adapter cannot be loaded.

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

    Save the adapter with `model.save_pretrained(folder)`, which writes both files.
    """
    weights = [path for path in ("adapter_model.safetensors", "adapter_model.bin") if path in listing]
    if weights and "adapter_config.json" not in listing and listing.complete:
        yield Finding(f"{weights[0]} exists, but adapter_config.json is missing", at=listing.at(weights[0]))
