from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelUse, Verdict, rule


@rule(severity="warning", since="0.1")
def base_with_template(use: ModelUse, verdict: Verdict) -> Iterator[Finding]:
    """A base model is evaluated with a chat template.

    A base model continues text. A chat template wraps each prompt in control tokens that the model may never have been trained on:
    it scores lower than it can, and the result does not reflect how it will be used.

    ## Bad

    ```bash eval.sh
    lm_eval --model hf --model_args pretrained=acme/Thing-7B-Base --tasks gsm8k --apply_chat_template
    ```

    ## Good

    ```bash eval.sh
    lm_eval --model hf --model_args pretrained=acme/Thing-7B-Base --tasks gsm8k
    ```

    ## Fix

    Remove `--apply_chat_template`, or evaluate the instruct model of the same family.
    """
    if use.engine == "lm-eval" and use.purpose == "chat" and verdict.label == "base":
        yield Finding(f"{use.model} is a base model, but it is evaluated with a chat template", at=use.at)
