from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CheckpointName, Finding, ModelCard, rule


@rule(severity="warning", since="0.1")
def names_itself(card: ModelCard, name: CheckpointName) -> Iterator[Finding]:
    """The card names the model itself as its base model or as its newer version.

    A model cannot be derived from itself: the Hub's model tree shows a loop, and the real base model is unknown.

    ## Bad

    ```markdown acme/Thing-7B-Chat:README.md
    ---
    license: mit
    base_model: acme/Thing-7B-Chat
    ---
    # Thing
    ```

    ## Good

    ```markdown acme/Thing-7B-Chat:README.md
    ---
    license: mit
    base_model: acme/Thing-7B
    ---
    # Thing
    ```

    ## Fix

    Name the model that it was trained from, or remove the field.
    """
    for key in ("base_model", "new_version"):
        if name.is_id and name.whole.lower() in (text.lower() for text in card.texts(key)):
            yield Finding(f"{key} refers to the model itself", at=card.at(key))
