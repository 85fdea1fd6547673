from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, rule


@rule(severity="note", since="0.1")
def card_missing(listing: FileListing) -> Iterator[Finding]:
    """The checkpoint has no model card.

    Nobody can see what the model was trained for, on what, and under which license: the Hub shows an empty page, and its filters do
    not find the model. The other rules about cards have nothing to check. Not reported for a folder with weights alone or a GGUF
    file, nor where the listing of files is not complete.

    ## Bad

    ```json config.json
    {"model_type": "llama", "architectures": ["LlamaForCausalLM"]}
    ```

    ```text model.safetensors
    ```

    ## Good

    ```json config.json
    {"model_type": "llama", "architectures": ["LlamaForCausalLM"]}
    ```

    ```text model.safetensors
    ```

    ```markdown README.md
    ---
    license: apache-2.0
    ---
    # A model
    ```

    ## Fix

    Add a `README.md` with front matter (`license`, `base_model`, `pipeline_tag`) and say what the model is for.
    """
    weights = listing.safetensors or listing.pickles
    if weights and "config.json" in listing and listing.complete and not any(path.lower() == "readme.md" for path in listing.sizes):
        yield Finding("the checkpoint has no model card (README.md)", at=listing.at("config.json"))
