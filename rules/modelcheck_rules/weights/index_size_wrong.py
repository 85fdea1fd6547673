from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Edit, Finding, Fix, TensorIndex, WeightsIndex, rule


@rule(severity="note", since="0.1")
def index_size_wrong(index: WeightsIndex, tensors: TensorIndex) -> Iterator[Finding]:
    """The index gives another size than the tensors have.

    `metadata.total_size` is what tools plan memory and downloads by.

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

    Save the weights and their index again in one go.
    """
    metadata = index.file.data.get("metadata")
    given = metadata.get("total_size") if isinstance(metadata, dict) else None
    held = (tensors.by_file.get(shard, {}).get(name) for name, shard in index.shards.items())
    real = sum(tensor.end - tensor.start for tensor in held if tensor)
    whole = set(index.shards.values()) <= set(tensors.by_file)
    if whole and isinstance(given, int | float) and abs(given - real) > real / 100:
        at = index.file.at("metadata", "total_size")
        fix = Fix(f"write {real}", (Edit(at, f"{real}", expected=f"{given}"),), safe=True)
        yield Finding(f"total_size is {given:,.0f}, but the tensors take {real:,} bytes", at=at, fix=fix)
