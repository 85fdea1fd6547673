from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, GgufMetadata, Interface, TokenizerConfig, Verdict, rule

_CLEAR = 3.0
"""Nats by which an adapter is an instruct model's."""


@rule(severity="warning", since="0.1")
def missing_on_instruct(
    interface: Interface, listing: FileListing, tokenizer: TokenizerConfig | None, gguf: GgufMetadata | None, verdict: Verdict
) -> Iterator[Finding]:
    """An instruct model ships no chat template.

    Servers start, and answer the first chat request with an error, or format it by a guess. A conversion or a fine-tune that
    saved the tokenizer without it is the usual cause. Publishers that format chats in code of their own have a file for that,
    and are left alone.

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
    adapter = "adapter" in verdict.sub_labels and verdict.nats(without=("template",)) >= _CLEAR
    instruct = (verdict.label == "instruct" and "instruct-without-chat-format" not in verdict.sub_labels) or adapter
    bare = gguf is not None and gguf.header is not None and not gguf.templates and interface.chat == "unknown"
    kept = interface.chat == "none" and tokenizer is not None and tokenizer.file is not None and not tokenizer.data.get("auto_map")
    if instruct and (kept or bare):
        message = "an instruct model without a chat template: chat requests fail, or are formatted by a guess"
        yield Finding(message, at=tokenizer.at() if tokenizer and not bare else listing.at(gguf.path if gguf else "config.json"))
