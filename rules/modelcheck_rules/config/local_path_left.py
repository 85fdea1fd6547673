from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelConfig, lazy, rule

_LOCAL = lazy(r"(/|~|\.{1,2}/|[A-Za-z]:[\\/]|\\\\)\S")


@rule(severity="note", since="0.1")
def local_path_left(config: ModelConfig) -> Iterator[Finding]:
    """The config tells a path of whoever saved it.

    `_name_or_path` holds where the model lay. Nobody else has that folder; it may tell a user's name, and lineage tools
    find no parent.

    ## Bad

    ```json config.json
    {"model_type": "llama", "_name_or_path": "/home/ann/runs/llama-8b-sft/checkpoint-1200"}
    ```

    ## Good

    ```json config.json
    {"model_type": "llama", "_name_or_path": "meta-llama/Llama-3.1-8B"}
    ```

    ## Fix

    Write the Hub id of the model that it was made from, or take the key out.
    """
    path = config.data.get("_name_or_path")
    if isinstance(path, str) and _LOCAL.match(path):
        yield Finding(f"_name_or_path is {path!r}, a path of somebody's machine", at=config.at("_name_or_path"))
