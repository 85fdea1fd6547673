from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, Lineage, rule


@rule(severity="warning", since="0.1")
def base_model_is_a_path(lineage: Lineage) -> Iterator[Finding]:
    """What the checkpoint was made from is given as a path of somebody's machine.

    Nobody else has that folder: an adapter cannot be loaded on its base, and the Hub links to nothing. modelcheck does not
    follow the path.

    ## Bad

    ```json adapter_config.json
    {"base_model_name_or_path": "/home/ann/models/Llama-3-8B", "peft_type": "LORA"}
    ```

    ## Good

    ```json adapter_config.json
    {"base_model_name_or_path": "meta-llama/Meta-Llama-3-8B", "peft_type": "LORA"}
    ```

    ## Fix

    Put the Hub id of the base model in its place, in `adapter_config.json` and under `base_model` in the card.
    """
    for origin in lineage.origins:
        stated = origin.at.path in ("README.md", "adapter_config.json")  # config.json keeps the path of whoever saved it
        if stated and origin.id is None and "://" not in origin.written and ("/" in origin.written or "\\" in origin.written):
            yield Finding(f"it was made from {origin.written!r}, which is a path and no Hub id", at=origin.at)
