from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CardText, Finding, lazy, rule

_COMPUTE = lazy(r"flops?\b|gpu[- ]hours|petaflop|exaflop|tpu[- ]hours")
_TOKENS = lazy(r"(?<!\d)\d{1,9}(\.\d{1,9})? ?([tb]|trillion|billion) tokens")


@rule(severity="note", since="0.1", default=False)
def compute_unsaid(text: CardText) -> Iterator[Finding]:
    """The card does not tell how much compute the training took.

    The Commission's guidelines take a model for general-purpose from about 1e23 operations on, and for one of systemic risk
    from 1e25. Readers can only tell with the figure, or with parameters and tokens. Advice, not legal judgement.

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

    Give the operations, or the parameters and the tokens of training.
    """
    whole = text.whole
    if text.english and not _COMPUTE.search(whole) and not _TOKENS.search(whole):
        yield Finding("nothing on the compute of training (EU AI Act, guidelines on general-purpose models)", at=text.at(1))
