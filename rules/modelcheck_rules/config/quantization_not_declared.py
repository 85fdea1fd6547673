from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CheckpointName, Confidence, Finding, GgufMetadata, ModelConfig, lazy, rule

_METHOD = lazy(r"(?i)[-_.](awq|gptq|bnb|nf4|nvfp4|mxfp4)(?=[-_.]|$)")


@rule(severity="warning", since="0.1")
def quantization_not_declared(name: CheckpointName, config: ModelConfig, gguf: GgufMetadata | None) -> Iterator[Finding]:
    """The name contains a quantization method, but the config has no quantization.

    Loaders read in `quantization_config` how the weights are packed. Without it they fail on packed tensors, or the weights are in
    fact not quantized although the name says so.

    ## Bad

    ```json acme/Thing-7B-AWQ:config.json
    {"model_type": "llama"}
    ```

    ## Good

    ```json acme/Thing-7B-AWQ:config.json
    {"model_type": "llama", "quantization_config": {"quant_method": "awq", "bits": 4}}
    ```

    ## Fix

    Use the config that the quantization tool wrote: `quantization_config`, or a separate `quantize_config.json` for old GPTQ
    checkpoints.
    """
    found = _METHOD.search(name.name)
    declared = any(key in config.data for key in ("quantization_config", "quantization", "compression_config", "quantize_config"))
    if found and config.model_type and not declared and gguf is None and config.value("quantization_config") is None:
        yield Finding(
            f"the name contains {found[1]!r}, but config.json has no quantization_config",
            at=config.at(),
            confidence=Confidence.MEDIUM,
        )
