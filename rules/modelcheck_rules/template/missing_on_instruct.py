from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, Interface, TokenizerConfig, Verdict, rule


@rule(severity="warning", since="0.1")
def missing_on_instruct(interface: Interface, tokenizer: TokenizerConfig, verdict: Verdict) -> Iterator[Finding]:
    """An instruct model ships no chat template.

    Servers start, and answer the first chat request with an error, or format it by a guess. A conversion or a fine-tune
    that saved the
    tokenizer without it is the usual cause. Publishers that format chats in code of their own have a file for that, and are
    left alone.

    ## Bad

    ```json acme/Thing-7B-Instruct:config.json
    {"model_type": "llama"}
    ```

    ```json tokenizer_config.json
    {"eos_token": "</s>"}
    ```

    ## Good

    ```json acme/Thing-7B-Instruct:config.json
    {"model_type": "llama"}
    ```

    ```json tokenizer_config.json
    {"eos_token": "</s>"}
    ```

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
    {% endif %}
    ```

    ## Fix

    Take the template of the model that it was made from: `tokenizer.save_pretrained(folder)` writes it.
    """
    own_code = tokenizer.data.get("auto_map")
    instruct = verdict.label == "instruct" and "instruct-without-chat-format" not in verdict.sub_labels
    if interface.chat == "none" and instruct and not own_code and tokenizer.file:
        yield Finding(
            "an instruct model without a chat template: chat requests fail, or are formatted by a guess", at=tokenizer.at()
        )
