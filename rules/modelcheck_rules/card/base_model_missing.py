from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, GgufMetadata, ModelCard, ModelConfig, rule


@rule(severity="warning", since="0.1")
def base_model_missing(
    card: ModelCard, listing: FileListing, config: ModelConfig | None, gguf: GgufMetadata | None
) -> Iterator[Finding]:
    """The card of a derived model does not name its base model.

    An adapter, a quantized copy or a merge takes its license, abilities and limits from its base model. Without `base_model` the
    Hub's model tree does not show the relation.

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
        "a quantized copy": bool(config and isinstance(config.data.get("quantization_config"), dict)),
    }
    kind = next((name for name, true in kinds.items() if true), None)
    own_format = config is not None and "fp8" in str(config.data.get("quantization_config", "")).lower()
    if kind and not (
        kind == "a quantized copy" and (own_format or "mxfp4" in str(config and config.data.get("quantization_config")))
    ):
        yield Finding(f"this is {kind}, but the card has no base_model", at=card.at())
