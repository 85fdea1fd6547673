from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelConfig, rule


@rule(severity="warning", since="0.1")
def quantization_without_method(config: ModelConfig) -> Iterator[Finding]:
    """The quantization config does not name its method.

    transformers refuses to load a model whose `quantization_config` has no `quant_method`.

    ## Bad

    ```json config.json
    {"model_type": "llama", "quantization_config": {"bits": 4, "group_size": 128}}
    ```

    ## Good

    ```json config.json
    {"model_type": "llama", "quantization_config": {"quant_method": "gptq", "bits": 4, "group_size": 128}}
    ```

    ## Fix

    Add `quant_method` with the name that the quantization tool uses.
    """
    if "quantization" in config.data:
        return  # MLX's format, which other loaders do not read
    value = config.data.get("quantization_config")
    if (
        isinstance(value, dict)
        and value
        and not any(key in value for key in ("quant_method", "load_in_8bit", "load_in_4bit", "quant_algo"))
    ):
        yield Finding(
            "quantization_config has no quant_method, so transformers refuses to load the model",
            at=config.at("quantization_config"),
        )
