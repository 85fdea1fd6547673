from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, ModelConfig, TensorIndex, WeightsIndex, rule

_UNPACKED = ("q_proj.weight", "qkv_proj.weight", "query_key_value.weight", "c_attn.weight", "up_proj.weight")
_OTHER_CONFIGS = ("quantize_config.json", "quant_config.json", "hf_quant_config.json")


@rule(severity="warning", since="0.1")
def quantization_contradicts_tensors(
    config: ModelConfig, listing: FileListing, index: WeightsIndex | None, tensors: TensorIndex | None
) -> Iterator[Finding]:
    """The quantization in the config contradicts the tensors.

    GPTQ and AWQ store `qweight` instead of `weight`. If the config names one of them but the tensors are not packed, loaders
    look for `qweight` and fail. If the tensors are packed but the config has no quantization, loaders look for `weight` and
    fail.

    ## Bad

    ```json config.json
    {"model_type": "llama", "quantization_config": {"quant_method": "gptq", "bits": 4}}
    ```

    ```safetensors model.safetensors
    model.layers.0.self_attn.q_proj.weight BF16 8x8
    ```

    ## Good

    ```json config.json
    {"model_type": "llama", "quantization_config": {"quant_method": "gptq", "bits": 4}}
    ```

    ```safetensors model.safetensors
    model.layers.0.self_attn.q_proj.qweight I32 1x8
    ```

    ## Fix

    Use the config that the quantization tool wrote with these weights. For weights that are not quantized, remove
    `quantization_config`.
    """
    names = index.shards if index else tensors.tensors if tensors else {}
    value = config.value("quantization_config")
    packed = any(name.endswith(".qweight") for name in names)
    method = value.get("quant_method") if isinstance(value, dict) else None
    if method in ("gptq", "awq") and not packed and any(name.endswith(_UNPACKED) for name in names):
        at = config.at("quantization_config")
        yield Finding(f"quant_method is {method}, but the tensors are not packed: no qweight found", at=at)
    elif (
        packed and value is None and config.data.get("quantization") is None and not any(name in listing for name in _OTHER_CONFIGS)
    ):
        yield Finding("the tensors are packed (qweight), but config.json has no quantization_config", at=config.at())
