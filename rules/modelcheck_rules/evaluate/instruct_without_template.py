from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelUse, Verdict, rule


@rule(severity="warning", since="0.1")
def instruct_without_template(use: ModelUse, verdict: Verdict) -> Iterator[Finding]:
    """An instruct model is evaluated without its chat template.

    lm-eval gives tasks as plain text unless it is told otherwise. An instruct model then sees what it was never tuned on, and its
    scores say little of how it will be used; compared with a base model's, they mislead.

    ## Bad

    ```bash eval.sh
    lm_eval --model hf --model_args pretrained=acme/Thing-7B-Instruct --tasks gsm8k
    ```

    ## Good

    ```bash eval.sh
    lm_eval --model hf --model_args pretrained=acme/Thing-7B-Instruct --tasks gsm8k --apply_chat_template
    ```

    ## Fix

    Add `--apply_chat_template`, and `--fewshot_as_multiturn` where there are examples.
    """
    if use.engine == "lm-eval" and use.purpose == "completion" and verdict.label == "instruct":
        yield Finding(f"{use.model} is an instruct model, and it is evaluated without its chat template", at=use.at)
