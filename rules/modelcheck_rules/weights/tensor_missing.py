from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, TensorIndex, WeightsIndex, rule


@rule(severity="error", since="0.1")
def tensor_missing(index: WeightsIndex, tensors: TensorIndex) -> Iterator[Finding]:
    """The index of the weights names a tensor that its file does not hold.

    Loading stops with an error, or fills the tensor with random numbers and says so in one line among many.

    ## Bad

    ```json model.safetensors.index.json
    {"weight_map": {"a": "model-00001-of-00001.safetensors", "b": "model-00001-of-00001.safetensors"}}
    ```

    ```safetensors model-00001-of-00001.safetensors
    a U8 1
    ```

    ## Good

    ```json model.safetensors.index.json
    {"weight_map": {"a": "model-00001-of-00001.safetensors"}}
    ```

    ```safetensors model-00001-of-00001.safetensors
    a U8 1
    ```

    ## Fix

    Save the weights and their index again in one go.
    """
    missing: dict[str, list[str]] = {}
    for name, shard in index.shards.items():
        if shard in tensors.by_file and name not in tensors.by_file[shard]:
            missing.setdefault(shard, []).append(name)
    for shard, names in sorted(missing.items()):
        so, them = (f" and {len(names) - 1} more are", "them") if len(names) > 1 else (" is", "it")
        yield Finding(f"{names[0]}{so} not in {shard}, where the index has {them}", at=index.at(names[0]))
