from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelUse, Verdict, rule, stage_word


@rule(severity="warning", since="0.1")
def served_name_says_otherwise(use: ModelUse, verdict: Verdict) -> Iterator[Finding]:
    """The name under which a model is served says the other stage.

    Clients choose by the served name. One that says Instruct and serves a base model, or the other way round, gives them what they
    did not ask for, and nobody who reads their code can see it.

    ## Bad

    ```bash run.sh
    vllm serve acme/Thing-7B-Base --served-model-name thing-7b-instruct
    ```

    ## Good

    ```bash run.sh
    vllm serve acme/Thing-7B-Base --served-model-name thing-7b-base
    ```

    ## Fix

    Serve the checkpoint that the name promises, or name it by what it is.
    """
    told = stage_word(use.served_name or "")
    if told and told.kind in ("base", "instruct") and verdict.label in ("base", "instruct") and told.kind != verdict.label:
        article = "a base" if verdict.label == "base" else "an instruct"
        yield Finding(f"{use.model} is {article} model, and it is served as {use.served_name!r}", at=use.at)
