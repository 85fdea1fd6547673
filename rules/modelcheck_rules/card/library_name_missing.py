from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule

from modelcheck_rules.card._lists import hub_lists


@rule(severity="note", since="0.1")
def library_name_missing(card: ModelCard) -> Iterator[Finding]:
    """The card does not tell which library loads the model.

    Since August 2024 the Hub does not conclude transformers from a config.json: without `library_name` there is no snippet,
    and downloads are counted by guess.

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

    Add `library_name:`, `transformers` for most.
    """
    lists = hub_lists()["library_name"]
    tagged = any(tag in lists for tag in card.texts("tags"))
    if card.front_matter and not card.texts("library_name") and not tagged:
        yield Finding("the front matter has no library_name", at=card.at())
