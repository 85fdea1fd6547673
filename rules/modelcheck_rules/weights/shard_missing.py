from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, WeightsIndex, rule


@rule(severity="error", since="0.1")
def shard_missing(index: WeightsIndex | None, listing: FileListing) -> Iterator[Finding]:
    """The index of the weights names a file that is not there.

    Loading fails after the other shards have been downloaded. It happens when an upload broke off, or when shards were saved
    again in another number beside the old index. The Hub's cache, which holds only what was asked for, is not judged.

    ## Bad

    ```json model.safetensors.index.json
    {"weight_map": {"a.weight": "model-00001-of-00002.safetensors", "b.weight": "model-00002-of-00002.safetensors"}}
    ```

    ```text model-00001-of-00002.safetensors
    ```

    ## Good

    ```json model.safetensors.index.json
    {"weight_map": {"a.weight": "model-00001-of-00001.safetensors"}}
    ```

    ```text model-00001-of-00001.safetensors
    ```

    ## Fix

    Upload the missing file, or save the weights and their index again in one go.
    """
    if index is None or not listing.complete:
        return
    first: dict[str, str] = {}
    for tensor, shard in index.shards.items():
        first.setdefault(shard, tensor)
    for shard, tensor in sorted(first.items()):
        if shard not in listing:
            count = sum(name == shard for name in index.shards.values())
            yield Finding(f"{shard}, which holds {count} tensor{'s' if count > 1 else ''}, is not there", at=index.at(tensor))
