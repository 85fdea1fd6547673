from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Checkpoints, Confidence, Finding, Lineage, rule


@rule(severity="warning", since="0.1")
def base_not_found(lineage: Lineage, checkpoints: Checkpoints) -> Iterator[Finding]:
    """The base model is not on the Hub.

    An adapter cannot be loaded without its base model, and for other checkpoints license and lineage cannot be looked up. The base
    model was renamed or deleted, is private, or its id is misspelt. The rule needs the network and is skipped offline.

    ## Bad

    ```json adapter_config.json
    {"peft_type": "LORA", "base_model_name_or_path": "nobody/Thing-7B"}
    ```

    ## Good

    ```json adapter_config.json
    {"peft_type": "LORA", "base_model_name_or_path": "acme/Thing-7B"}
    ```

    ## Fix

    Correct the id in `adapter_config.json` and in the card.
    """
    for origin in lineage.origins[:4]:
        if origin.id and checkpoints.missing(origin.id, origin.revision):
            message = f"the base model {origin.id} does not exist on the Hub or is private"
            yield Finding(message, at=origin.at, confidence=Confidence.MEDIUM)
