from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, lazy, rule

from modelcheck_rules.card._lists import replacing

_ID = lazy(r"[\w.-]+(/[\w.-]+)?")
_ADDRESS = lazy(r"https?://(?:huggingface\.co|hf\.co)/(?:datasets/)?([\w.-]+/[\w.-]+)/?")


@rule(severity="warning", since="0.1")
def reference_is_no_id(card: ModelCard) -> Iterator[Finding]:
    """A dataset or a newer version is not given as a Hub id.

    The Hub links ids: `owner/name`, or only `name` for the oldest datasets. It cannot link a URL, a path or a sentence, and its
    validation rejects them.

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

    Use the id. Describe data that is not on the Hub in the text of the card.
    """
    for key in ("datasets", "new_version"):  # metrics are free text in practice: trainers write cosine_accuracy@1
        for node in card.nodes(key):
            text = node.text or ""
            if not _ID.fullmatch(text):
                found = _ADDRESS.fullmatch(text)
                fix = replacing(node, found[1] if found else None)
                yield Finding(f"{key}: {text[:80]!r} is not a Hub id", at=node.span, fix=fix)
