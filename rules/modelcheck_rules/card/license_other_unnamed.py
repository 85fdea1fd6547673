from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule


@rule(severity="warning", since="0.1")
def license_other_unnamed(card: ModelCard) -> Iterator[Finding]:
    """The license is `other`, but the card does not name it or does not link to it.

    `license: other` alone does not say what users may do. The Hub shows `license_name` and links to `license_link`.

    ## Bad

    ```markdown README.md
    ---
    license: other
    ---
    # Thing
    ```

    ## Good

    ```markdown README.md
    ---
    license: other
    license_name: acme-research
    license_link: LICENSE
    ---
    # Thing
    ```

    ## Fix

    Add `license_name` and `license_link`. The link is a URL, or `LICENSE` for a file in the repository.
    """
    if "other" in card.texts("license"):
        missing = [key for key in ("license_name", "license_link") if not card.texts(key)]
        if missing:
            yield Finding(f"license: other without {' and '.join(missing)}", at=card.at("license"))
