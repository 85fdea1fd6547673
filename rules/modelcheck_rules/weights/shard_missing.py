from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, WeightsIndex, rule


@rule(severity="error", since="0.1")
def shard_missing(index: WeightsIndex | None, listing: FileListing) -> Iterator[Finding]:
    """A file named in the weights index is missing.

    Loading fails after the other shards have been downloaded. The usual causes are an interrupted upload, and weights saved
    again with another number of shards while the old index remained. The Hub cache contains only the files that were requested,
    so it is not checked.

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

    Upload the missing file, or save the weights and the index again together.
    """
    if index is None or not listing.complete:
        return
    first: dict[str, str] = {}
    for tensor, shard in index.shards.items():
        first.setdefault(shard, tensor)
    for shard, tensor in sorted(first.items()):
        if shard not in listing:
            count = sum(name == shard for name in index.shards.values())
            message = f"{shard} is missing; the index lists {count} tensor{'s' if count > 1 else ''} in it"
            yield Finding(message, at=index.at(tensor))
