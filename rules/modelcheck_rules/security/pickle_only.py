from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, rule


@rule(severity="warning", since="0.1")
def pickle_only(listing: FileListing) -> Iterator[Finding]:
    """The weights are available only as pickle files.

    A pickle file can run arbitrary code when it is loaded. transformers refuses to load such files with torch below 2.6, and
    servers that support only safetensors cannot serve the checkpoint.

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

    If you trust the checkpoint, load it and save it again (`model.save_pretrained(folder)` writes safetensors), or use the Hub's
    converter, which opens a pull request.
    """
    if not listing.complete:
        return
    pickles = listing.pickles
    if pickles and not listing.safetensors and not listing.other_weights:
        more = f" and {len(pickles) - 1} more" if len(pickles) > 1 else ""
        yield Finding(f"the weights are only in pickle files ({pickles[0]}{more}), not in safetensors", at=listing.at(pickles[0]))
