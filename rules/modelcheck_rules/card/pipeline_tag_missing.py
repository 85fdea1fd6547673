from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule


@rule(severity="note", since="0.1")
def pipeline_tag_missing(card: ModelCard) -> Iterator[Finding]:
    """The card does not tell the model's task.

    For transformers the Hub derives it from the config. For every other library, and for a card that is read elsewhere,
    nobody knows.

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
    pipeline_tag: text-generation
    ---
    # Thing
    ```

    ## Fix

    Add `pipeline_tag:`.
    """
    if card.front_matter and not card.texts("pipeline_tag"):
        yield Finding("the front matter has no pipeline_tag", at=card.at())
