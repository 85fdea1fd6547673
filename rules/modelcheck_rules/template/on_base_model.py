from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Verdict, rule


@rule(severity="note", since="0.1")
def on_base_model(template: ChatTemplate, verdict: Verdict) -> Iterator[Finding]:
    """A base model ships a chat template.

    This is not a fault: publishers often use one tokenizer for a whole family, and the template is that of the instruct model.
    It is worth knowing, because an engine that finds a template accepts chat requests, and a base model continues the
    conversation as text instead of answering. For completion, few-shot prompts and fine-tuning the base model is the right
    choice.

    ## Bad

    ```json acme/Thing-7B-Base:config.json
    {"model_type": "qwen2"}
    ```

    ```json tokenizer_config.json
    {"eos_token": "<|endoftext|>"}
    ```

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}
    ```

    ## Good

    ```json acme/Thing-7B-Instruct:config.json
    {"model_type": "qwen2"}
    ```

    ```json tokenizer_config.json
    {"eos_token": "<|im_end|>"}
    ```

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}
    ```

    ## Fix

    Nothing has to change. For chat, deploy the instruct model of the family. Publishers can say so in the model card, as Qwen does.
    """
    if verdict.label == "base":
        yield Finding(
            "this base model ships a chat template, most likely that of the instruct model: engines will accept chat requests",
            at=template.at(),
        )
