from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule


@rule(severity="warning", since="0.1")
def key_twice(card: ModelCard) -> Iterator[Finding]:
    """A key is in the front matter twice.

    Python's reader takes the last value, the Hub refuses the card. One of the two values is lost in any case.

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

    Keep one of them.
    """
    for key, at in card.front_matter.repeated if card.front_matter else ():
        yield Finding(f"{key} is there twice", at=at)
