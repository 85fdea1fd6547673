from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, rule


@rule(severity="note", since="0.1")
def pickle_beside_safetensors(listing: FileListing) -> Iterator[Finding]:
    """The checkpoint ships pickle files in addition to safetensors.

    Loaders use the safetensors files. Users who download the repository get both: twice the bytes, and files that can run code
    when a tool opens them.

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

    Delete the pickle files if they are not needed.
    """
    weights = [path for path in listing.pickles if path.startswith(("pytorch_model", "model", "consolidated", "adapter_model"))]
    if listing.complete and listing.safetensors and weights:
        message = f"the checkpoint ships the pickle file {weights[0]} in addition to {listing.safetensors[0]}"
        yield Finding(message, at=listing.at(weights[0]))
