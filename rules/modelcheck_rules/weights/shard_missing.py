from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, LfsPointers, WeightsIndex, rule


@rule(severity="error", since="0.1")
def shard_missing(index: WeightsIndex | None, listing: FileListing, pointers: LfsPointers | None) -> Iterator[Finding]:
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
    missing = sorted(shard for shard in first if shard not in listing)
    if not missing:
        return
    if len(missing) == len(first) > 1:
        what = f"none of the {len(first)} shards in the index is here: only the index was copied or committed"
    elif len(missing) > 1:
        what = f"{missing[0]} and {len(missing) - 1} more of the index's {len(first)} shards are missing"
    else:
        count = sum(name == missing[0] for name in index.shards.values())
        what = f"{missing[0]} is missing; the index lists {count} tensor{'s' if count > 1 else ''} in it"
    left = len(pointers.paths) if pointers else 0
    reason = f"; git-lfs left pointers for {left} other files: run `git lfs pull`" if left else ""
    yield Finding(f"{what}{reason}", at=index.at(first[missing[0]]))
