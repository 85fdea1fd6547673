from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelUse, Verdict, lazy, rule, stage_of_id, stage_word

_ID = lazy(r"[\w.-]+/[\w.-]+")


@rule(severity="warning", since="0.1")
def served_name_says_otherwise(use: ModelUse, verdict: Verdict) -> Iterator[Finding]:
    """The served model name contradicts the model's stage.

    Clients choose a model by its served name. If the name says instruct and the model is a base model, or the other way round,
    clients get a different kind of model than they asked for, and their code does not show it. A name that is a Hub id is read as
    that checkpoint's, by the convention of its family. The name of a running server's model is compared with its answers.

    ## Bad

    ```bash run.sh
    vllm serve HuggingFaceTB/SmolLM2-135M-Instruct --served-model-name HuggingFaceTB/SmolLM2-135M
    ```

    ## Bad

    ```bash run.sh
    vllm serve acme/Thing-7B-Base --served-model-name thing-7b-instruct
    ```

    ## Good

    ```bash run.sh
    vllm serve HuggingFaceTB/SmolLM2-135M-Instruct --served-model-name smollm2-135m
    ```

    ## Good

    ```bash run.sh
    vllm serve acme/Thing-7B-Base --served-model-name thing-7b-base
    ```

    ## Fix

    Serve the checkpoint that the name describes, or change the served name.
    """
    served = use.served_name or ""
    word = stage_word(served)
    claimed = stage_of_id(served) if _ID.fullmatch(served) else word.kind if word else None
    answers = use.format == "endpoint"
    label = verdict.without(("name",)) if answers else verdict.label
    if claimed in ("base", "instruct") and label in ("base", "instruct") and claimed != label:
        article = "a base" if label == "base" else "an instruct"
        subject = "this server's model, by its answers," if answers else use.model
        yield Finding(f"{subject} is {article} model, but it is served as {served!r}", at=use.at)
