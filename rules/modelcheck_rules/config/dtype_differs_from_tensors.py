from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelConfig, TensorIndex, rule

_NAMES = {"float32": "F32", "float16": "F16", "bfloat16": "BF16", "float64": "F64"}


@rule(severity="note", since="0.1")
def dtype_differs_from_tensors(config: ModelConfig, tensors: TensorIndex) -> Iterator[Finding]:
    """The data type in the config differs from that of the weights.

    Loaders cast the weights to the type in the config: 16-bit weights declared as 32-bit take twice the memory, and 32-bit weights
    declared as 16-bit lose precision.

    ## Bad

    ```json config.json
    {"model_type": "llama", "torch_dtype": "float32"}
    ```

    ```safetensors model.safetensors
    model.embed.weight BF16 2x2
    ```

    ## Good

    ```json config.json
    {"model_type": "llama", "torch_dtype": "bfloat16"}
    ```

    ```safetensors model.safetensors
    model.embed.weight BF16 2x2
    ```

    ## Fix

    Set `dtype` to the type of the weights.
    """
    key = "dtype" if "dtype" in config.data else "torch_dtype"
    declared = _NAMES.get(str(config.value(key)))
    sizes: dict[str, int] = {}
    for tensor in tensors.tensors.values():
        if tensor.dtype in _NAMES.values():
            sizes[tensor.dtype] = sizes.get(tensor.dtype, 0) + tensor.end - tensor.start
    main = max(sizes, key=lambda name: sizes[name], default=None)
    if declared and main and main != declared and config.data.get("quantization_config") is None:
        yield Finding(f"{key} is {config.value(key)}, but most of the weights are {main}", at=config.at(key))
