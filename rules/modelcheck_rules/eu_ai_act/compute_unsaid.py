from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CardText, Finding, lazy, rule

_COMPUTE = lazy(r"flops?\b|gpu[- ]hours|petaflop|exaflop|tpu[- ]hours")
_TOKENS = lazy(r"(?<!\d)\d{1,9}(\.\d{1,9})? ?([tb]|trillion|billion) tokens")


@rule(severity="note", since="0.1", default=False)
def compute_unsaid(text: CardText) -> Iterator[Finding]:
    """The card does not state the training compute.

    The Commission's guidelines treat a model as general-purpose from about 1e23 operations, and as one with systemic risk from
    1e25. Readers need the figure, or the number of parameters and training tokens, to classify the model. This is advice, not a
    legal assessment.

    ## Bad

    ```markdown README.md
    ---
    license: apache-2.0
    ---
    # Thing

    Thing is a model of 7 billion parameters that writes text in the style of sea shanties and weather reports, made by Acme.
    ```

    ## Good

    ```markdown README.md
    ---
    license: apache-2.0
    ---
    # Thing

    Thing is a model of 7 billion parameters that writes text in the style of sea shanties and weather reports, made by Acme.

    Training took 2e21 FLOPs.
    ```

    ## Fix

    State the number of operations, or the number of parameters and training tokens.
    """
    whole = text.whole
    if text.english and not _COMPUTE.search(whole) and not _TOKENS.search(whole):
        message = "the card does not state the training compute (EU AI Act, guidelines on general-purpose models)"
        yield Finding(message, at=text.at(1))
