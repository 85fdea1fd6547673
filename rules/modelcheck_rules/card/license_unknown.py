from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule

from modelcheck_rules.card._lists import hub_lists, plainly, suggestion, writing

_OFTEN = {
    "apache license 2.0": "apache-2.0", "apache license version 2.0": "apache-2.0", "apache 2.0": "apache-2.0",
    "apache2": "apache-2.0", "apache": "apache-2.0", "mit license": "mit", "gplv3": "gpl-3.0", "gpl3": "gpl-3.0",
    "cc by 4.0": "cc-by-4.0",
    "llama-2": "llama2", "llama-3": "llama3",
}  # fmt: skip


@rule(severity="warning", since="0.1")
def license_unknown(card: ModelCard) -> Iterator[Finding]:
    """The licence is none of the Hub's list.

    The Hub shows no licence then, and tools that check licences stop. The list grows; what it lacks is `license: other`.

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

    Take the id from the list, or write `license: other` with `license_name` and `license_link`.
    """
    known = hub_lists()["license"]
    for node in card.nodes("license"):
        text = node.text
        if not text or text in known:
            continue
        near = _OFTEN.get(" ".join(text.lower().replace(",", " ").split()))
        hint = f"; did you mean {near!r}?" if near else suggestion(text, known)
        fix = writing(node, plainly(text, known) or near)
        yield Finding(f"{text!r} is no licence id of the Hub{hint}", at=node.span, fix=fix)
