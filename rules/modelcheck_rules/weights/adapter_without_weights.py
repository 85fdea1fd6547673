from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, rule


@rule(severity="warning", since="0.1")
def adapter_without_weights(listing: FileListing) -> Iterator[Finding]:
    """The checkpoint has an adapter config but no adapter weights.

    An upload was interrupted, or the config was left over after the adapter was merged. Loaders that find the config look for an
    adapter first.

    ## Bad

    ```json adapter_config.json
    {"peft_type": "LORA", "base_model_name_or_path": "acme/Thing-7B"}
    ```

    ```json config.json
    {"model_type": "llama"}
    ```

    ```text model.safetensors
    ```

    ## Good

    ```json adapter_config.json
    {"peft_type": "LORA", "base_model_name_or_path": "acme/Thing-7B"}
    ```

    ```text adapter_model.safetensors
    ```

    ## Fix

    Upload the weights, or delete `adapter_config.json` from a merged model.
    """
    any_weights = listing.safetensors or listing.pickles or listing.other_weights
    adapter = any(path.rpartition("/")[2].startswith(("adapter_model", "adapters", "prompt_embeddings")) for path in listing.sizes)
    if "adapter_config.json" in listing and listing.complete and any_weights and not adapter:
        yield Finding("adapter_config.json exists, but the adapter weights are missing", at=listing.at("adapter_config.json"))
