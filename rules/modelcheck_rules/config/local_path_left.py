from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelConfig, lazy, rule

_LOCAL = lazy(r"(/|~|\.{1,2}/|[A-Za-z]:[\\/]|\\\\)\S")


@rule(severity="note", since="0.1")
def local_path_left(config: ModelConfig) -> Iterator[Finding]:
    """The config contains a local path from the machine that saved it.

    `_name_or_path` is the folder that the model was loaded from. It does not exist on other machines, it may reveal a user
    name, and lineage tools find no parent model.

    ## Bad

    ```json config.json
    {"model_type": "llama", "_name_or_path": "/home/ann/runs/llama-8b-sft/checkpoint-1200"}
    ```

    ## Good

    ```json config.json
    {"model_type": "llama", "_name_or_path": "meta-llama/Llama-3.1-8B"}
    ```

    ## Fix

    Replace it with the Hub id of the model that this one was derived from, or remove the key.
    """
    path = config.data.get("_name_or_path")
    if isinstance(path, str) and _LOCAL.match(path):
        yield Finding(f"_name_or_path is a local path, {path!r}", at=config.at("_name_or_path"))
