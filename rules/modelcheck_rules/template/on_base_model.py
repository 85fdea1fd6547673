from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Verdict, rule


@rule(severity="note", since="0.1")
def on_base_model(template: ChatTemplate, verdict: Verdict) -> Iterator[Finding]:
    """A base model ships a chat template.

    That is no fault: publishers keep one tokenizer for a whole family, and the template is the instruct sibling's. It is worth
    knowing, because an engine that finds a template takes chat requests, and a base model continues the conversation as a text
    instead of answering in it. For completion, few-shot prompts and fine-tuning it is the right model.

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

    Nothing has to change. To chat, deploy the instruct sibling. A publisher may say so in the model card, as Qwen's cards do.
    """
    if verdict.label == "base":
        yield Finding(
            "a base model with a chat template, most likely its instruct sibling's: engines that find it take chat requests",
            at=template.at(),
        )
