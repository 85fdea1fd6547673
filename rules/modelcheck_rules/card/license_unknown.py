from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule

from modelcheck_rules.card._lists import correction, hub_lists

_ALIASES = {
    "apache license 2.0": "apache-2.0", "apache license version 2.0": "apache-2.0", "apache 2.0": "apache-2.0",
    "apache2": "apache-2.0", "apache": "apache-2.0", "mit license": "mit", "gplv3": "gpl-3.0", "gpl3": "gpl-3.0",
    "cc by 4.0": "cc-by-4.0",
    "llama-2": "llama2", "llama-3": "llama3",
}  # fmt: skip


@rule(severity="warning", since="0.1")
def license_unknown(card: ModelCard) -> Iterator[Finding]:
    """The Hub's list does not contain the license.

    The Hub then shows no license, and license checkers fail. For a license that is not in the list, use `license: other`.

    ## Bad

    ```markdown README.md
    ---
    license: Apache-2.0
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

    Use an id from the list, or `license: other` with `license_name` and `license_link`.
    """
    known = hub_lists()["license"]
    for node in card.nodes("license"):
        text = node.text
        if not text or text in known:
            continue
        near = _ALIASES.get(" ".join(text.lower().replace(",", " ").split()))
        hint, fix = correction(node, known, certain=near)
        yield Finding(f"the Hub's list does not contain the license {text!r}{hint}", at=node.span, fix=fix)
