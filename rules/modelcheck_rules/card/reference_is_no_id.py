from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, lazy, rule

from modelcheck_rules.card._lists import writing

_ID = lazy(r"[\w.-]+(/[\w.-]+)?")
_ADDRESS = lazy(r"https?://(?:huggingface\.co|hf\.co)/(?:datasets/)?([\w.-]+/[\w.-]+)/?")


@rule(severity="warning", since="0.1")
def reference_is_no_id(card: ModelCard) -> Iterator[Finding]:
    """A dataset or a newer version is not named by its id.

    The Hub links ids: `owner/name`, or `name` alone for the oldest datasets. An address, a path or a sentence links to
    nothing, and is refused by the Hub's check.

    ## Bad

    ```markdown README.md
    ---
    license: mit
    datasets:
    - https://huggingface.co/datasets/acme/talks
    - my own data
    ---
    # Thing
    ```

    ## Good

    ```markdown README.md
    ---
    license: mit
    datasets:
    - acme/talks
    ---
    # Thing
    ```

    ## Fix

    Write the id; describe data that is not on the Hub in the text.
    """
    for key in ("datasets", "new_version"):  # metrics are free texts in practice: trainers write cosine_accuracy@1
        for node in card.nodes(key):
            text = node.text or ""
            if not _ID.fullmatch(text):
                found = _ADDRESS.fullmatch(text)
                fix = writing(node, found[1] if found else None)
                yield Finding(f"{text[:80]!r} under {key} is no id of the Hub", at=node.span, fix=fix)
