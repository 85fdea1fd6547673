from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelUse, Verdict, rule


@rule(severity="warning", since="0.1")
def instruct_without_template(use: ModelUse, verdict: Verdict) -> Iterator[Finding]:
    """An instruct model is evaluated without its chat template.

    By default lm-eval passes tasks as plain text. An instruct model then sees prompts in a format that it was not trained on,
    so its scores do not reflect how it will be used, and a comparison with a base model misleads.

    ## Bad

    ```bash eval.sh
    lm_eval --model hf --model_args pretrained=acme/Thing-7B-Instruct --tasks gsm8k
    ```

    ## Good

    ```bash eval.sh
    lm_eval --model hf --model_args pretrained=acme/Thing-7B-Instruct --tasks gsm8k --apply_chat_template
    ```

    ## Fix

    Add `--apply_chat_template`, and `--fewshot_as_multiturn` if the task has few-shot examples.
    """
    chats = verdict.label == "instruct" and "instruct-without-chat-format" not in verdict.sub_labels  # mT0 and Flan do not
    if use.engine == "lm-eval" and use.purpose == "completion" and chats:
        yield Finding(f"{use.model} is an instruct model, but it is evaluated without its chat template", at=use.at)
