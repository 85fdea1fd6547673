from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, TensorIndex, WeightsIndex, rule


@rule(severity="warning", since="0.1")
def tensor_not_in_index(index: WeightsIndex, tensors: TensorIndex) -> Iterator[Finding]:
    """A file holds a tensor that the index does not name.

    Loaders that go by the index pass over it and begin with random numbers in its place; others load it.

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

    Save the weights and their index again in one go.
    """
    for shard in sorted(set(index.shards.values()) & tensors.by_file.keys()):
        left = [name for name in tensors.by_file[shard] if name not in index.shards]
        if left:
            more = f" and {len(left) - 1} more" if len(left) > 1 else ""
            yield Finding(f"{left[0]}{more} of {shard} is not in the index", at=index.file.at("weight_map"))
            return
