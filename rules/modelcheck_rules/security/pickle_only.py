from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, rule


@rule(severity="warning", since="0.1")
def pickle_only(listing: FileListing) -> Iterator[Finding]:
    """The weights are there as pickle files only.

    A pickle file can run any code when it is loaded. transformers refuses such files with torch below 2.6, and servers that
    load safetensors only cannot serve the checkpoint at all.

    ## Bad

    ```json config.json
    {"model_type": "llama"}
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

    Load the checkpoint where you trust it and save it again (`model.save_pretrained(folder)` writes safetensors), or let the
    Hub's own converter open a pull request.
    """
    if not listing.complete:
        return
    pickles = listing.pickles
    if pickles and not listing.safetensors and not listing.other_weights:
        more = f" and {len(pickles) - 1} more" if len(pickles) > 1 else ""
        yield Finding(f"the weights are in {pickles[0]}{more}, and not in safetensors", at=listing.at(pickles[0]))
