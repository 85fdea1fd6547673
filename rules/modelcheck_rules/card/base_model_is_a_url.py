from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, lazy, rule

from modelcheck_rules.card._lists import replacing

_ADDRESS = lazy(r"https?://(?:huggingface\.co|hf\.co)/([\w.-]+/[\w.-]+)/?|https?://\S+")


@rule(severity="warning", since="0.1")
def base_model_is_a_url(card: ModelCard) -> Iterator[Finding]:
    """The base model is given as a URL instead of a Hub id.

    The Hub accepts only ids: it does not show the link, and lineage tools find no parent model.

    ## Bad

    ```markdown README.md
    ---
    license: mit
    base_model: https://huggingface.co/acme/Thing-7B
    ---
    # Thing
    ```

    ## Good

    ```markdown README.md
    ---
    license: mit
    base_model: acme/Thing-7B
    ---
    # Thing
    ```

    ## Fix

    Write the id, `owner/name`.
    """
    for node in card.nodes("base_model"):
        found = _ADDRESS.fullmatch(node.text or "")
        if found:
            yield Finding(f"base_model is a URL, {node.text}; use the Hub id", at=node.span, fix=replacing(node, found[1]))
