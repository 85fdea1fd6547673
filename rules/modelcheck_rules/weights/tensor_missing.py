from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, TensorIndex, WeightsIndex, rule


@rule(severity="error", since="0.1")
def tensor_missing(index: WeightsIndex, tensors: TensorIndex) -> Iterator[Finding]:
    """A tensor listed in the weights index is missing from its file.

    Loading fails, or the loader fills the tensor with random numbers and mentions it in one log line among many.

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

    Save the weights and the index again together.
    """
    missing: dict[str, list[str]] = {}
    for name, shard in index.shards.items():
        if shard in tensors.by_file and name not in tensors.by_file[shard]:
            missing.setdefault(shard, []).append(name)
    for shard, names in sorted(missing.items()):
        more = f" and {len(names) - 1} more are" if len(names) > 1 else " is"
        yield Finding(f"{names[0]}{more} listed in the index for {shard}, but missing from that file", at=index.at(names[0]))
