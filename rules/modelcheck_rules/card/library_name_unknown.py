from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Confidence, Finding, ModelCard, rule

from modelcheck_rules.card._lists import correction, hub_lists


@rule(severity="warning", since="0.1")
def library_name_unknown(card: ModelCard) -> Iterator[Finding]:
    """The library name is probably misspelt: the Hub's list contains a similar one.

    The Hub shows no code snippet for a library that it does not know. The list grows, and custom libraries are allowed, so the rule
    reports only names that closely resemble one in the list.

    ## Bad

    ```markdown README.md
    ---
    license: mit
    library_name: transformer
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

    Use the library's id from the Hub's list.
    """
    known = hub_lists()["library_name"]
    for node in card.nodes("library_name"):
        text = node.text or ""
        if text in known:
            continue
        alike = [name for name in known if name[:1] == text[:1].lower()]  # ktransformers is not a typo of transformers
        near, fix = correction(node, alike, 0.9)
        if near:
            message = f"the Hub's list does not contain the library {text!r}{near}"
            yield Finding(message, at=node.span, confidence=Confidence.MEDIUM, fix=fix)
