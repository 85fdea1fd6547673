from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule

from modelcheck_rules.card._lists import hub_lists, plainly, suggestion, writing


@rule(severity="warning", since="0.1")
def pipeline_tag_unknown(card: ModelCard) -> Iterator[Finding]:
    """The pipeline tag is none of the Hub's list.

    The Hub refuses it or shows the model under no task, and its filter does not find the model.

    ## Bad

    ```markdown README.md
    ---
    license: mit
    pipeline_tag: text_generation
    ---
    # Thing
    ```

    ## Good

    ```markdown README.md
    ---
    license: mit
    pipeline_tag: text-generation
    ---
    # Thing
    ```

    ## Fix

    Take the task from the list: `text-generation`, `image-text-to-text`, `feature-extraction` and so on.
    """
    known = hub_lists()["pipeline_tag"]
    for node in card.nodes("pipeline_tag"):
        if node.text and node.text not in known:
            fix = writing(node, plainly(node.text, known))
            yield Finding(f"{node.text!r} is no task of the Hub{suggestion(node.text, known)}", at=node.span, fix=fix)
