from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, GgufMetadata, Interface, TokenizerConfig, Verdict, rule

_CLEAR = 3.0
"""Nats of evidence at which an adapter counts as one of an instruct model."""


@rule(severity="warning", since="0.1")
def missing_on_instruct(
    interface: Interface, listing: FileListing, tokenizer: TokenizerConfig | None, gguf: GgufMetadata | None, verdict: Verdict
) -> Iterator[Finding]:
    """An instruct model ships no chat template.

    Servers start, then answer the first chat request with an error or guess the format. The usual cause is a conversion or a
    fine-tune that saved the tokenizer without its template. Checkpoints with files for another way to format chats are not
    reported.

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

    Copy the template of the model that this one was derived from: `tokenizer.save_pretrained(folder)` writes it.
    """
    adapter = "adapter" in verdict.sub_labels and verdict.nats(without=("template",)) >= _CLEAR
    instruct = (verdict.label == "instruct" and "instruct-without-chat-format" not in verdict.sub_labels) or adapter
    gguf_without = gguf is not None and gguf.header is not None and not gguf.templates and interface.chat == "unknown"
    tokenizer_without = (
        interface.chat == "none" and tokenizer is not None and tokenizer.file is not None and not tokenizer.data.get("auto_map")
    )
    if instruct and (tokenizer_without or gguf_without):
        message = "this instruct model ships no chat template: chat requests fail, or engines guess the format"
        at = tokenizer.at() if tokenizer and not gguf_without else listing.at(gguf.path if gguf else "config.json")
        yield Finding(message, at=at)
