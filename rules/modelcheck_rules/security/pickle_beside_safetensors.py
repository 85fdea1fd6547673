from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, rule


@rule(severity="note", since="0.1")
def pickle_beside_safetensors(listing: FileListing) -> Iterator[Finding]:
    """Pickle files lie beside the same weights in safetensors.

    Loaders take the safetensors; whoever downloads the folder gets both, twice the bytes, and files that can run code when a
    tool opens them.

    ## Bad

    ```json config.json
    {"model_type": "llama"}
    ```

    ```text model.safetensors
    ```

    ```text pytorch_model.bin
    ```

    ## Good

    ```json config.json
    {"model_type": "llama"}
    ```

    ```text model.safetensors
    ```

    ## Fix

    Delete the pickle files, if nobody needs them.
    """
    weights = [path for path in listing.pickles if path.startswith(("pytorch_model", "model", "consolidated", "adapter_model"))]
    if listing.complete and listing.safetensors and weights:
        yield Finding(f"{weights[0]} lies beside {listing.safetensors[0]}", at=listing.at(weights[0]))
