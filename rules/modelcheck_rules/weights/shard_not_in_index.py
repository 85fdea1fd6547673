from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, WeightsIndex, lazy, rule

_SHARD = lazy(r"(pytorch_)?model-\d+-of-\d+\.(safetensors|bin)")


@rule(severity="warning", since="0.1")
def shard_not_in_index(index: WeightsIndex, listing: FileListing) -> Iterator[Finding]:
    """A shard of the weights is not in their index.

    Loaders open what the index names, and pass over this file: bytes that everybody downloads and nobody loads, left from an
    earlier save or missing in the index.

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

    Delete the file, or save the weights and their index again in one go.
    """
    named = set(index.shards.values())
    ending = ".safetensors" if index.file.path.startswith("model.safetensors") else ".bin"
    left = [path for path in listing.at_root((ending,)) if _SHARD.fullmatch(path) and path not in named]
    if left:
        more = f" and {len(left) - 1} more" if len(left) > 1 else ""
        yield Finding(f"{left[0]}{more} is not in {index.file.path}", at=listing.at(left[0]))
