from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CheckpointName, FileListing, Finding, GgufMetadata, ModelCard, ModelConfig, lazy, rule

_IN_WHICH_IT_WAS_TRAINED = ("fp8", "mxfp4")
_FOR_LOADING = "bitsandbytes"
"""What a fine-tune that was trained in 4 bits keeps in its config; a copy says it in its name."""
_BITS = lazy(r"(?i)bnb|(4|8)-?bit|int(4|8)|nf4")


@rule(severity="warning", since="0.1")
def base_model_missing(
    card: ModelCard, listing: FileListing, config: ModelConfig | None, gguf: GgufMetadata | None, name: CheckpointName
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
        "a quantized copy": config is not None and _is_copy(config, name),
    }
    kind = next((name for name, true in kinds.items() if true), None)
    if kind:
        yield Finding(f"this is {kind}, but the card has no base_model", at=card.at())


def _is_copy(config: ModelConfig, name: CheckpointName) -> bool:
    """Whether the config's quantization is that of a copy of another model."""
    value = config.data.get("quantization_config")
    method = str(value.get("quant_method", value) if isinstance(value, dict) else "").lower()
    if not method or any(one in str(value).lower() for one in _IN_WHICH_IT_WAS_TRAINED):
        return False
    return method != _FOR_LOADING or _BITS.search(name.name) is not None
