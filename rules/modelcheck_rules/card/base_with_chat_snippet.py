from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CardText, Confidence, Finding, Verdict, rule


@rule(severity="warning", since="0.1")
def base_with_chat_snippet(text: CardText, verdict: Verdict) -> Iterator[Finding]:
    """The card of a base model has a code snippet that chats with it.

    Most likely the card, or a generated part of it, was copied from the instruct model of the family. People who copy the snippet
    chat with a model that only continues text.

    ## Bad

    ````markdown acme/Thing-7B-Base:README.md
    ---
    license: mit
    ---
    # Thing

    Thing was trained on the logbooks of ten thousand ships and of two hundred lighthouses.

    ```python
    prompt = tokenizer.apply_chat_template(messages)
    ```
    ````

    ```json config.json
    {"model_type": "llama"}
    ```

    ## Good

    ````markdown acme/Thing-7B-Base:README.md
    ---
    license: mit
    ---
    # Thing

    Thing was trained on the logbooks of ten thousand ships and of two hundred lighthouses.

    ```python
    inputs = tokenizer("The ship", return_tensors="pt")
    ```
    ````

    ```json config.json
    {"model_type": "llama"}
    ```

    ## Fix

    Show a completion instead: `tokenizer("The ship")` and `model.generate`.
    """
    for snippet in text.snippets if verdict.label == "base" else ():
        for number, line in enumerate(snippet.text.split("\n"), snippet.line):
            if "apply_chat_template" in line and not line.lstrip().startswith("#"):
                message = "this is a base model, but the card's snippet calls apply_chat_template"
                yield Finding(message, at=text.at(number), confidence=Confidence.MEDIUM)
                return
