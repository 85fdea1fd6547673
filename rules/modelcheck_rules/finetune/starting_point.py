from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelUse, Verdict, rule

_WHAT = {
    "base": "a base model is shaped by your data alone and takes more of it; it has to learn to answer and to stop",
    "instruct": "an instruct model answers already and takes less data; it brings its own format, manner and refusals along",
}


@rule(severity="note", since="0.1", default=False)
def starting_point(use: ModelUse, verdict: Verdict) -> Iterator[Finding]:
    """What a fine-tune gets from starting at a base or at an instruct model.

    Advice, off by default. Both are good starting points for different ends. From base: full control over format and manner, no
    refusals or habits of somebody else's tuning, at the price of more data, and of training the tokens that end a turn. From
    instruct: it follows instructions from the first step and keeps that with little data, at the price of its own chat format
    and manner, which the data should respect.

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

    Nothing has to change.
    """
    if use.purpose == "finetune" and verdict.label in _WHAT:
        yield Finding(f"this run starts from {use.model}: {_WHAT[verdict.label]}", at=use.at)
