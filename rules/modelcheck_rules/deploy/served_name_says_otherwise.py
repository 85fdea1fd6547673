from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelUse, Verdict, rule, stage_word


@rule(severity="warning", since="0.1")
def served_name_says_otherwise(use: ModelUse, verdict: Verdict) -> Iterator[Finding]:
    """The served model name contradicts the model's stage.

    Clients choose a model by its served name. If the name says instruct and the model is a base model, or the other way round,
    clients get a different kind of model than they asked for, and their code does not show it.

    ## Bad

    ```bash run.sh
    vllm serve acme/Thing-7B-Base --served-model-name thing-7b-instruct
    ```

    ## Good

    ```bash run.sh
    vllm serve acme/Thing-7B-Base --served-model-name thing-7b-base
    ```

    ## Fix

    Serve the checkpoint that the name describes, or change the served name.
    """
    stage = stage_word(use.served_name or "")
    if stage and stage.kind in ("base", "instruct") and verdict.label in ("base", "instruct") and stage.kind != verdict.label:
        article = "a base" if verdict.label == "base" else "an instruct"
        yield Finding(f"{use.model} is {article} model, but it is served as {use.served_name!r}", at=use.at)
