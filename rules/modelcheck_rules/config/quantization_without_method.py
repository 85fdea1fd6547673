from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelConfig, rule


@rule(severity="warning", since="0.1")
def quantization_without_method(config: ModelConfig) -> Iterator[Finding]:
    """The quantisation does not say by which method.

    `quantization_config` without `quant_method`: transformers refuses to load the model.

    ## Bad

    ```json config.json
    {"model_type": "llama", "quantization_config": {"bits": 4, "group_size": 128}}
    ```

    ## Good

    ```json config.json
    {"model_type": "llama", "quantization_config": {"quant_method": "gptq", "bits": 4, "group_size": 128}}
    ```

    ## Fix

    Add `quant_method`, as the tool that quantised the weights calls it.
    """
    if "quantization" in config.data:
        return  # MLX's own, which no other loader is meant to read
    value = config.data.get("quantization_config")
    if (
        isinstance(value, dict)
        and value
        and not any(key in value for key in ("quant_method", "load_in_8bit", "load_in_4bit", "quant_algo"))
    ):
        yield Finding(
            "quantization_config has no quant_method, so transformers does not load it", at=config.at("quantization_config")
        )
