from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, WeightsIndex, lazy, rule

_SHARD = lazy(r"(pytorch_)?model-\d+-of-\d+\.(safetensors|bin)")


@rule(severity="warning", since="0.1")
def shard_not_in_index(index: WeightsIndex, listing: FileListing) -> Iterator[Finding]:
    """A weights shard is not listed in the index.

    Loaders open only the files listed in the index. This file was left from an earlier save or is missing from the index: users
    download it, but no loader reads it.

    ## Bad

    ```json model.safetensors.index.json
    {"weight_map": {"a": "model-00001-of-00001.safetensors"}}
    ```

    ```text model-00001-of-00001.safetensors
    ```

    ```text model-00002-of-00002.safetensors
    ```

    ## Good

    ```json model.safetensors.index.json
    {"weight_map": {"a": "model-00001-of-00001.safetensors"}}
    ```

    ```text model-00001-of-00001.safetensors
    ```

    ## Fix

    Delete the file, or save the weights and the index again together.
    """
    named = set(index.shards.values())
    ending = ".safetensors" if index.file.path.startswith("model.safetensors") else ".bin"
    left = [path for path in listing.at_root((ending,)) if _SHARD.fullmatch(path) and path not in named]
    if left:
        more = f" and {len(left) - 1} more are" if len(left) > 1 else " is"
        yield Finding(f"{left[0]}{more} not listed in {index.file.path}", at=listing.at(left[0]))
