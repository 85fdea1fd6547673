from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Edit, Finding, Fix, TensorIndex, WeightsIndex, rule


@rule(severity="note", since="0.1")
def index_size_wrong(index: WeightsIndex, tensors: TensorIndex) -> Iterator[Finding]:
    """The total size in the weights index differs from the size of the tensors.

    Tools use `metadata.total_size` to plan memory and downloads.

    ## Bad

    ```json model.safetensors.index.json
    {"metadata": {"total_size": 90000}, "weight_map": {"a": "model-00001-of-00001.safetensors"}}
    ```

    ```safetensors model-00001-of-00001.safetensors
    a U8 1
    ```

    ## Good

    ```json model.safetensors.index.json
    {"metadata": {"total_size": 1}, "weight_map": {"a": "model-00001-of-00001.safetensors"}}
    ```

    ```safetensors model-00001-of-00001.safetensors
    a U8 1
    ```

    ## Fix

    Save the weights and the index again together.
    """
    metadata = index.file.data.get("metadata")
    given = metadata.get("total_size") if isinstance(metadata, dict) else None
    stored = (tensors.by_file.get(shard, {}).get(name) for name, shard in index.shards.items())
    real = sum(tensor.end - tensor.start for tensor in stored if tensor)
    complete = set(index.shards.values()) <= set(tensors.by_file)
    if complete and isinstance(given, int | float) and abs(given - real) > real / 100:
        at = index.file.at("metadata", "total_size")
        fix = Fix(f"change total_size to {real}", (Edit(at, f"{real}", expected=f"{given}"),), safe=True)
        yield Finding(f"total_size is {given:,.0f}, but the tensors take {real:,} bytes", at=at, fix=fix)
