from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Edit, Finding, Fix, ModelCard, lazy, rule

_ADDRESS = lazy(r"https?://(?:huggingface\.co|hf\.co)/([\w.-]+/[\w.-]+)/?|https?://\S+")


@rule(severity="warning", since="0.1")
def base_model_is_a_url(card: ModelCard) -> Iterator[Finding]:
    """What the model was made from is given as an address.

    The Hub takes ids only: the link is not shown, and lineage tools find no parent.

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
    node = card.front_matter.get("base_model") if card.front_matter else None
    for one in (node, *node) if node else ():
        found = _ADDRESS.fullmatch(one.text or "")
        if found:
            whole = one.style is None and found[1]
            fix = Fix(f"write {found[1]}", (Edit(one.span, found[1], expected=one.text),), safe=True) if whole else None
            yield Finding(f"base_model is an address, {one.text}, and no id", at=one.span, fix=fix)
