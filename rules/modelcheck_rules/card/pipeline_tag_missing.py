from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule


@rule(severity="note", since="0.1")
def pipeline_tag_missing(card: ModelCard) -> Iterator[Finding]:
    """The card does not state the model's task.

    For transformers models the Hub derives the task from the config. For other libraries, and for tools that read only the
    card, the task is unknown.

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

    Add `pipeline_tag:` with the task.
    """
    if card.front_matter and not card.texts("pipeline_tag"):
        yield Finding("the front matter has no pipeline_tag", at=card.at())
