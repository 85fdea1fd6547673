from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Confidence, Finding, ModelCard, rule

from modelcheck_rules.card._lists import hub_lists, plainly, suggestion, writing


@rule(severity="warning", since="0.1")
def library_name_unknown(card: ModelCard) -> Iterator[Finding]:
    """The library is none of the Hub's list.

    The Hub shows no snippet for it. The list grows, and a library of one's own is no fault; a slip of the pen is.

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

    Take the library's id from the list.
    """
    known = hub_lists()["library_name"]
    for node in card.nodes("library_name"):
        text = node.text or ""
        alike = [name for name in known if name[:1] == text[:1].lower()]  # ktransformers is no slip of the pen
        near = suggestion(text, alike, 0.9)
        if text not in known and near:
            fix = writing(node, plainly(text, known))
            yield Finding(f"{text!r} is no library of the Hub{near}", at=node.span, confidence=Confidence.MEDIUM, fix=fix)
