from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CheckpointName, Confidence, Finding, GgufMetadata, ModelConfig, lazy, rule

_METHOD = lazy(r"(?i)[-_.](awq|gptq|bnb|nf4|nvfp4|mxfp4)(?=[-_.]|$)")


@rule(severity="warning", since="0.1")
def quantization_not_declared(name: CheckpointName, config: ModelConfig, gguf: GgufMetadata | None) -> Iterator[Finding]:
    """The name tells of a quantisation that the config does not.

    Loaders learn from `quantization_config` how the weights are packed. Without it they fail on the packed tensors, or load
    full weights under a name that promises small ones.

    ## Bad

    ```json acme/Thing-7B-AWQ:config.json
    {"model_type": "llama"}
    ```

    ## Good

    ```json acme/Thing-7B-AWQ:config.json
    {"model_type": "llama", "quantization_config": {"quant_method": "awq", "bits": 4}}
    ```

    ## Fix

    Save the config that the quantising tool wrote (`quantization_config`, or `quantize_config.json` beside it for old GPTQ).
    """
    found = _METHOD.search(name.name)
    declared = any(key in config.data for key in ("quantization_config", "quantization", "compression_config", "quantize_config"))
    if found and config.model_type and not declared and gguf is None and config.value("quantization_config") is None:
        yield Finding(
            f"the name says {found[1].upper()}, but config.json has no quantization_config",
            at=config.at(),
            confidence=Confidence.MEDIUM,
        )
