from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule

from modelcheck_rules.card._lists import correction, hub_lists


@rule(severity="warning", since="0.1")
def pipeline_tag_unknown(card: ModelCard) -> Iterator[Finding]:
    """The Hub's list does not contain the pipeline tag.

    The Hub rejects the tag or shows the model without a task, and its filter does not find the model.

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

    Use a task from the list: `text-generation`, `image-text-to-text`, `feature-extraction` and so on.
    """
    known = hub_lists()["pipeline_tag"]
    for node in card.nodes("pipeline_tag"):
        if node.text and node.text not in known:
            near, fix = correction(node, known)
            yield Finding(f"the Hub's list does not contain the pipeline tag {node.text!r}{near}", at=node.span, fix=fix)
