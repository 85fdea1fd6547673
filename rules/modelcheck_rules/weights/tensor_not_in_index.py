from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, TensorIndex, WeightsIndex, rule


@rule(severity="warning", since="0.1")
def tensor_not_in_index(index: WeightsIndex, tensors: TensorIndex) -> Iterator[Finding]:
    """A weight file contains a tensor that is not in the index.

    Loaders that use the index ignore the tensor and initialize it with random numbers; others load it.

    ## Bad

    ```json model.safetensors.index.json
    {"weight_map": {"a": "model-00001-of-00001.safetensors"}}
    ```

    ```safetensors model-00001-of-00001.safetensors
    a U8 1
    b U8 1
    ```

    ## Good

    ```json model.safetensors.index.json
    {"weight_map": {"a": "model-00001-of-00001.safetensors", "b": "model-00001-of-00001.safetensors"}}
    ```

    ```safetensors model-00001-of-00001.safetensors
    a U8 1
    b U8 1
    ```

    ## Fix

    Save the weights and the index again together.
    """
    for shard in sorted(set(index.shards.values()) & tensors.by_file.keys()):
        left = [name for name in tensors.by_file[shard] if name not in index.shards]
        if left:
            more = f" and {len(left) - 1} more are" if len(left) > 1 else " is"
            yield Finding(f"{left[0]}{more} in {shard}, but not in the index", at=index.file.at("weight_map"))
            return
