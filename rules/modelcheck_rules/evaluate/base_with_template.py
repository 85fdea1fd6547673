from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelUse, Verdict, rule


@rule(severity="warning", since="0.1")
def base_with_template(use: ModelUse, verdict: Verdict) -> Iterator[Finding]:
    """A base model is evaluated in a chat template.

    A base model continues text. Wrapped in the marks of a conversation, whose tokens it may never have been trained on, it scores
    lower than it can, and the figure says nothing of its use.

    ## Bad

    ```bash eval.sh
    lm_eval --model hf --model_args pretrained=acme/Thing-7B-Base --tasks gsm8k --apply_chat_template
    ```

    ## Good

    ```bash eval.sh
    lm_eval --model hf --model_args pretrained=acme/Thing-7B-Base --tasks gsm8k
    ```

    ## Fix

    Take `--apply_chat_template` out, or evaluate the instruct sibling.
    """
    if use.engine == "lm-eval" and use.purpose == "chat" and verdict.label == "base":
        yield Finding(f"{use.model} is a base model, and it is evaluated in a chat template", at=use.at)
