from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule


@rule(severity="warning", since="0.1")
def license_missing(card: ModelCard) -> Iterator[Finding]:
    """The model card does not state a license.

    Without a `license` in the front matter users cannot assume that they may use the model: the Hub shows no license, license
    filters do not find the model, and license checkers fail. None of these tools reads a LICENSE file in the repository.

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

    Add `license:` to the front matter, with an id from the Hub's list, or `license: other` with `license_name` and `license_link`.
    """
    if not card.texts("license"):
        problem = "has no license in its front matter" if card.front_matter else "has no front matter, so it states no license"
        yield Finding(f"the model card {problem}", at=card.at("license"))
