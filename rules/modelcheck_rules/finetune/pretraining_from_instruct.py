from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import BaseSibling, Finding, ModelUse, Verdict, rule


@rule(severity="warning", since="0.1")
def pretraining_from_instruct(use: ModelUse, verdict: Verdict, sibling: BaseSibling | None) -> Iterator[Finding]:
    """Continued pretraining starts from an instruct model.

    Plain text teaches a model to continue text. An instruct model that is trained on it loses step by step what it learned after
    pretraining: to answer, to follow a format, to stop. Continued pretraining usually starts from the base model, and instruction
    tuning follows it.

    ## Bad

    ```yaml train.yaml
    model_name_or_path: acme/Thing-7B-Instruct
    stage: pt
    do_train: true
    finetuning_type: lora
    dataset: wiki_demo
    ```

    ## Good

    ```yaml train.yaml
    model_name_or_path: acme/Thing-7B-Base
    stage: pt
    do_train: true
    finetuning_type: lora
    dataset: wiki_demo
    ```

    ## Fix

    Start from the base model, or train on conversations instead of plain text.
    """
    if use.method == "pretrain" and verdict.label == "instruct":
        yield Finding(
            f"{use.model} is an instruct model, and this run goes on pretraining it on plain text",
            at=use.at,
            fix=use.naming(sibling.name, "start from its base sibling", verified=sibling.verified) if sibling else None,
        )
