from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, Lineage, rule


@rule(severity="warning", since="0.1")
def base_model_is_a_path(lineage: Lineage) -> Iterator[Finding]:
    """The base model is given as a local path instead of a Hub id.

    The path does not exist on other machines: an adapter cannot load its base model, and the Hub cannot link to it. modelcheck does
    not follow the path.

    ## Bad

    ```json adapter_config.json
    {"base_model_name_or_path": "/home/ann/models/Llama-3-8B", "peft_type": "LORA"}
    ```

    ## Good

    ```json adapter_config.json
    {"base_model_name_or_path": "meta-llama/Meta-Llama-3-8B", "peft_type": "LORA"}
    ```

    ## Fix

    Replace the path with the Hub id of the base model, in `adapter_config.json` and under `base_model` in the card.
    """
    for origin in lineage.origins:
        stated = origin.at.path in ("README.md", "adapter_config.json")  # config.json keeps the path it was saved from
        if stated and origin.id is None and "://" not in origin.written and ("/" in origin.written or "\\" in origin.written):
            yield Finding(f"the base model is a local path, {origin.written!r}; use its Hub id", at=origin.at)
