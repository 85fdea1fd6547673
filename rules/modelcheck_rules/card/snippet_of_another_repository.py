from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CardText, CheckpointName, Confidence, Finding, ModelCard, lazy, rule

_LOADS = lazy(
    r"""(?:from_pretrained\(|model(?:_id|_name|_path|_name_or_path)?\s*=\s*|vllm serve\s+|--model[ =])"""
    r"""\s*["']?([A-Za-z0-9][\w.-]*/[\w.-]+)"""
)


@rule(severity="warning", since="0.1")
def snippet_of_another_repository(text: CardText, card: ModelCard, name: CheckpointName) -> Iterator[Finding]:
    """The card's code snippet loads another model.

    The snippet was probably copied from another model's card. People who follow it never run this model. The rule reports a
    card only if none of its snippets names this model or its base model.

    ## Bad

    ````markdown acme/Thing-7B-Chat:README.md
    ---
    license: mit
    ---
    ```python
    model = AutoModel.from_pretrained("acme/Other-7B")
    ```
    ````

    ## Good

    ````markdown acme/Thing-7B-Chat:README.md
    ---
    license: mit
    ---
    ```python
    model = AutoModel.from_pretrained("acme/Thing-7B-Chat")
    ```
    ````

    ## Fix

    Use this model's id in the snippet.
    """
    if not name.is_id or name.owner is None:
        return
    named = [(snippet, found) for snippet in text.snippets for found in _LOADS.finditer(snippet.text)]
    own = {name.whole.lower(), *(base.lower() for base in card.texts("base_model"))}
    ids = {found[1].lower() for _, found in named}
    if not ids or ids & own or any(name.name.lower() in snippet.text.lower() for snippet, _ in named):
        return
    snippet, found = named[0]
    line = snippet.line + snippet.text.count("\n", 0, found.start())
    yield Finding(f"the snippet loads {found[1]}, and no snippet loads this model", at=text.at(line), confidence=Confidence.MEDIUM)
