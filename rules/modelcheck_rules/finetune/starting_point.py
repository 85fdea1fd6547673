from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelUse, Verdict, rule

_ADVICE = {
    "base": "a base model takes its style from your data, needs more of it, and must learn to answer and to stop",
    "instruct": "an instruct model already answers and needs less data, but keeps its own chat format, style and refusals",
}


@rule(severity="note", since="0.1", default=False)
def starting_point(use: ModelUse, verdict: Verdict) -> Iterator[Finding]:
    """A fine-tuning run starts from a base or an instruct model: advice on what follows from that choice.

    This rule is advice and is off by default. Both are good starting points for different goals. A base model gives full
    control over format and style and has no refusals or habits from another fine-tune, but it needs more data and must be
    trained on the tokens that end a turn. An instruct model follows instructions from the first step and keeps this ability
    with little data, but it has its own chat format and style, which the data should follow.

    ## Bad

    ```yaml train.yaml
    base_model: acme/Thing-7B-Base
    datasets:
      - path: acme/answers
        type: alpaca
    ```

    ## Good

    ```yaml merge.yaml
    merge_method: linear
    models:
      - model: acme/Thing-7B-Base
    ```

    ## Fix

    Nothing has to change. Which start is better for your data can be measured: `modelcheck compare BASE INSTRUCT --data FILE`.
    """
    if use.purpose == "finetune" and verdict.label in _ADVICE:
        message = f"this run starts from {use.model}: {_ADVICE[verdict.label]} (modelcheck compare measures which start is better)"
        yield Finding(message, at=use.at)
