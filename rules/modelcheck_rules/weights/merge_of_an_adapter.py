from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Confidence, Finding, Lineage, lazy, rule

_ADAPTER = lazy(r"(?i)[-_.](q?lora|adapters?|peft)$")


@rule(severity="warning", since="0.1")
def merge_of_an_adapter(lineage: Lineage) -> Iterator[Finding]:
    """The merge lists an adapter as a model.

    mergekit merges full models. If a recipe lists an adapter as a model, the merge fails or silently leaves the adapter out. To
    merge a model with an adapter applied, a recipe uses `model+adapter`.

    ## Bad

    ```yaml mergekit_config.yml
    models:
      - model: acme/Thing-7B
      - model: someone/thing-7b-lora
    merge_method: linear
    ```

    ```json config.json
    {"model_type": "llama"}
    ```

    ## Good

    ```yaml mergekit_config.yml
    models:
      - model: acme/Thing-7B
      - model: someone/thing-7b-sft
    merge_method: linear
    ```

    ```json config.json
    {"model_type": "llama"}
    ```

    ## Fix

    Merge the adapter into its base model first (`merge_and_unload()`), or write `base+adapter`.
    """
    for origin in lineage.origins if lineage.relation == "merge" else ():
        if _ADAPTER.search(origin.name) and "+" not in origin.written and origin.at.path.startswith("mergekit"):
            message = f"the merge lists {origin.written} as a model, but its name is that of an adapter"
            yield Finding(message, at=origin.at, confidence=Confidence.MEDIUM)
