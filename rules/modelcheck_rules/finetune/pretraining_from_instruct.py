from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import BaseSibling, Finding, ModelUse, Verdict, rule


@rule(severity="warning", since="0.1")
def pretraining_from_instruct(use: ModelUse, verdict: Verdict, sibling: BaseSibling | None) -> Iterator[Finding]:
    """Continued pretraining starts from an instruct model.

    Training on plain text teaches a model to continue text. An instruct model trained this way gradually loses what it learned
    after pretraining: answering, following a format, stopping. Continued pretraining usually starts from the base model and is
    followed by instruction tuning.

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
            f"{use.model} is an instruct model, but this run continues pretraining on plain text",
            at=use.at,
            fix=use.naming(sibling.name, "start from the base model", verified=sibling.verified) if sibling else None,
        )
