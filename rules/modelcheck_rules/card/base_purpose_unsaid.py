from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CardText, Finding, Verdict, lazy, rule

_SAYS = lazy(
    r"(base|foundation|raw|pre-?trained)[ -](language |causal |only |large )?(model|version|checkpoint|variant|language)|"
    r"(not|n't|without|before|no)\b[^.\n]{0,90}(chat|conversation|instruct|dialog|assistant|align|fine-?tun)|"
    r"pre-?train(ed|ing) (on|with|for|model)|(text|code) completion|(complet|continu)(es|ing) (a |the )?(text|code|prompt)"
)


@rule(severity="note", since="0.1")
def base_purpose_unsaid(text: CardText, verdict: Verdict) -> Iterator[Finding]:
    """The card of a base model does not say that it is a base model.

    A base model continues text: it is the right model to fine-tune and to use for completion. A sentence that says it is not meant
    for chat prevents wrong deployments. Only cards in English are checked.

    ## Bad

    ```markdown acme/Thing-7B-Base:README.md
    ---
    license: mit
    ---
    # Thing

    Thing was trained on the logbooks of ten thousand ships and of two hundred lighthouses.
    ```

    ```json config.json
    {"model_type": "llama"}
    ```

    ## Good

    ```markdown acme/Thing-7B-Base:README.md
    ---
    license: mit
    ---
    # Thing

    Thing was trained on the logbooks of ten thousand ships and of two hundred lighthouses.

    This is a base model: it completes texts and is not meant for conversations.
    ```

    ```json config.json
    {"model_type": "llama"}
    ```

    ## Fix

    Add: "This is a base model. It completes text and is not tuned for conversations; for those, use the instruct model."
    """
    if verdict.label == "base" and len(text.whole) > 60 and text.english and not _SAYS.search(text.whole):
        yield Finding("the card does not say that this is a base model, which completes text", at=text.at(1))
