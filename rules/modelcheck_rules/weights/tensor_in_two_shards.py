from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, TensorIndex, WeightsIndex, rule


@rule(severity="warning", since="0.1")
def tensor_in_two_shards(tensors: TensorIndex, index: WeightsIndex | None) -> Iterator[Finding]:
    """Two weight files contain the same tensor.

    Which copy is loaded depends on the order in which the loader opens the files, and the copies may differ.

    ## Bad

    ```json model.safetensors.index.json
    {"weight_map": {"a": "model-00001-of-00002.safetensors"}}
    ```

    ```safetensors model-00001-of-00002.safetensors
    a U8 1
    ```

    ```safetensors model-00002-of-00002.safetensors
    a U8 1
    ```

    ## Good

    ```json model.safetensors.index.json
    {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}
    ```

    ```safetensors model-00001-of-00002.safetensors
    a U8 1
    ```

    ```safetensors model-00002-of-00002.safetensors
    b U8 1
    ```

    ## Fix

    Save the weights and the index again together, into an empty folder.
    """
    named = set(index.shards.values()) if index else {"model.safetensors"}
    first: dict[str, str] = {}
    twice: list[tuple[str, str, str]] = []
    for path, stored in tensors.by_file.items():
        if path in named or path.startswith("model-"):  # others are variants, chosen by name and never loaded together
            twice += [(name, first[name], path) for name in stored if name in first]
            first = dict.fromkeys(stored, path) | first
    for name, one, other in twice[:1]:
        more = f" and {len(twice) - 1} more are" if len(twice) > 1 else " is"
        yield Finding(f"{name}{more} in both {one} and {other}", at=tensors.at(other))
