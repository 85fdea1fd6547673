from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule


@rule(severity="warning", since="0.1")
def license_missing(card: ModelCard) -> Iterator[Finding]:
    """The model card names no licence.

    Without a `license` in the front matter nobody may assume that they can use the model: the Hub shows no licence, filters
    by licence leave the model out, and tools that check licences stop at it. None of them reads a LICENSE file beside the
    card.

    ## Bad

    ```markdown README.md
    ---
    language: en
    pipeline_tag: text-generation
    ---
    # A model
    ```

    ## Good

    ```markdown README.md
    ---
    license: apache-2.0
    language: en
    ---
    # A model
    ```

    ## Fix

    Add `license:` to the front matter, with an id of the Hub's list, or `license: other` with `license_name` and `license_link`.
    """
    if not card.texts("license"):
        where = "has no license in its front matter" if card.front_matter else "has no front matter, and so no license"
        yield Finding(f"the model card {where}", at=card.at("license"))
