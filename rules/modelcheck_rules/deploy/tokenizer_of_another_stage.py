from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelUse, Verdict, rule, stage_word


@rule(severity="warning", since="0.1")
def tokenizer_of_another_stage(use: ModelUse, verdict: Verdict) -> Iterator[Finding]:
    """The model and its tokenizer are of different stages: one is base, the other instruct.

    With the instruct model's tokenizer, a base model gets a chat template and its chat API seems to work, but the model may never
    have been trained on the template's control tokens. With a base model's tokenizer, an instruct model may lose its chat template
    and its end-of-turn token. If this is intended, suppress the finding with a comment that gives the reason.

    ## Bad

    ```bash run.sh
    vllm serve acme/Thing-7B-Base --tokenizer acme/Thing-7B-Instruct
    ```

    ## Good

    ```bash run.sh
    vllm serve acme/Thing-7B-Instruct-AWQ --tokenizer acme/Thing-7B-Instruct
    ```

    ## Fix

    Remove the tokenizer option, or serve the checkpoint that the tokenizer belongs to.
    """
    stage = stage_word((use.tokenizer or "").rpartition("/")[2])
    if stage and stage.kind in ("base", "instruct") and verdict.label in ("base", "instruct") and stage.kind != verdict.label:
        kinds = ("a base", "an instruct") if verdict.label == "base" else ("an instruct", "a base")
        message = f"{use.model} is {kinds[0]} model, but its tokenizer comes from {kinds[1]} model, {use.tokenizer}"
        yield Finding(message, at=use.at)
