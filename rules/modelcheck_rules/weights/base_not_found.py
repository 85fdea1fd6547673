from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Checkpoints, Confidence, Finding, Lineage, rule


@rule(severity="warning", since="0.1")
def base_not_found(lineage: Lineage, checkpoints: Checkpoints) -> Iterator[Finding]:
    """What the checkpoint was made from is not on the Hub.

    An adapter cannot be loaded without it, and for any other nobody can look up licence or lineage. It was renamed, deleted,
    is private, or its name is misspelt. Asked of the Hub only; offline, this rule is silent.

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
            message = f"it was made from {origin.id}, which the Hub does not know or does not show"
            yield Finding(message, at=origin.at, confidence=Confidence.MEDIUM)
