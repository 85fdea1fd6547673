from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule


@rule(severity="warning", since="0.1")
def key_twice(card: ModelCard) -> Iterator[Finding]:
    """A key appears twice in the front matter.

    PyYAML keeps the last value, while the Hub rejects the card. Either way one of the two values is lost.

    ## Bad

    ```markdown README.md
    ---
    license: mit
    language: en
    license: apache-2.0
    ---
    # Thing
    ```

    ## Good

    ```markdown README.md
    ---
    license: apache-2.0
    ---
    # Thing
    ```

    ## Fix

    Keep only one of them.
    """
    for key, at in card.front_matter.repeated if card.front_matter else ():
        yield Finding(f"duplicate key {key!r} in the front matter", at=at)
