from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, GgufMetadata, ModelCard, ModelConfig, rule


@rule(severity="warning", since="0.1")
def base_model_missing(
    card: ModelCard, listing: FileListing, config: ModelConfig | None, gguf: GgufMetadata | None
) -> Iterator[Finding]:
    """A derived model does not say what it was made from.

    An adapter, a quantised copy or a merge is nothing without its base: licence, abilities and limits come from there. The
    Hub's model tree does not show it.

    ## Bad

    ```markdown README.md
    ---
    license: mit
    ---
    # Thing
    ```

    ```json adapter_config.json
    {"peft_type": "LORA", "base_model_name_or_path": "acme/Thing-7B"}
    ```

    ## Good

    ```markdown README.md
    ---
    license: mit
    base_model: acme/Thing-7B
    ---
    # Thing
    ```

    ```json adapter_config.json
    {"peft_type": "LORA", "base_model_name_or_path": "acme/Thing-7B"}
    ```

    ## Fix

    Add `base_model:` with the Hub id.
    """
    if card.texts("base_model"):
        return
    kinds = {
        "an adapter": "adapter_config.json" in listing,
        "a merge": "mergekit_config.yml" in listing or "mergekit_config.yaml" in listing,
        "a GGUF conversion": gguf is not None,
        "a quantised copy": bool(config and isinstance(config.data.get("quantization_config"), dict)),
    }
    kind = next((name for name, true in kinds.items() if true), None)
    own_format = config is not None and "fp8" in str(config.data.get("quantization_config", "")).lower()
    if kind and not (
        kind == "a quantised copy" and (own_format or "mxfp4" in str(config and config.data.get("quantization_config")))
    ):
        yield Finding(f"{kind}, and the card names no base_model", at=card.at())
