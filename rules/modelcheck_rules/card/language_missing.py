from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, Verdict, rule


@rule(severity="note", since="0.1")
def language_missing(card: ModelCard, verdict: Verdict) -> Iterator[Finding]:
    """The card does not list the model's languages.

    The Hub's language filter does not find the model.

    ## Bad

    ```markdown README.md
    ---
    license: mit
    pipeline_tag: text-generation
    ---
    # Thing
    ```

    ## Good

    ```markdown README.md
    ---
    license: mit
    language: en
    ---
    # Thing
    ```

    ## Fix

    Add `language:` with language codes, or `multilingual`.
    """
    if card.front_matter and "language" not in card.data and verdict.label != "not-applicable":
        yield Finding("the front matter has no language", at=card.at())
