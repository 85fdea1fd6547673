from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CardText, Confidence, Finding, Verdict, rule


@rule(severity="warning", since="0.1")
def base_with_chat_snippet(text: CardText, verdict: Verdict) -> Iterator[Finding]:
    """The card of a base model shows a chat with it.

    Most likely the card, or its generated part, is the instruct sibling's. Whoever copies the snippet chats with a model
    that continues texts.

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

    Show a completion: `tokenizer("The ship")` and `model.generate`.
    """
    for snippet in text.snippets if verdict.label == "base" else ():
        for number, line in enumerate(snippet.text.split("\n"), snippet.line):
            if "apply_chat_template" in line and not line.lstrip().startswith("#"):
                yield Finding("a base model, and the snippet formats a chat", at=text.at(number), confidence=Confidence.MEDIUM)
                return
