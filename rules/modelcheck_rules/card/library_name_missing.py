from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule

from modelcheck_rules.card._lists import hub_lists


@rule(severity="note", since="0.1")
def library_name_missing(card: ModelCard) -> Iterator[Finding]:
    """The card does not name the library that loads the model.

    Since August 2024 the Hub no longer infers transformers from a config.json. Without `library_name` it shows no code snippet
    and can only guess how to count downloads.

    ## Bad

    ```markdown README.md
    ---
    license: mit
    language: en
    ---
    # Thing
    ```

    ## Good

    ```markdown README.md
    ---
    license: mit
    library_name: transformers
    ---
    # Thing
    ```

    ## Fix

    Add `library_name:`; for most models it is `transformers`.
    """
    lists = hub_lists()["library_name"]
    tagged = any(tag in lists for tag in card.texts("tags"))
    if card.front_matter and not card.texts("library_name") and not tagged:
        yield Finding("the front matter has no library_name", at=card.at())
