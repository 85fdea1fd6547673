from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, GgufMetadata, Rendering, TokenizerConfig, TokenizerFile, rule


@rule(severity="note", since="0.1")
def double_bos(
    template: ChatTemplate, rendering: Rendering, tokenizer: TokenizerConfig, file: TokenizerFile | None, gguf: GgufMetadata | None
) -> Iterator[Finding]:
    """The chat template writes the BOS token, and the tokenizer adds another one.

    If a chat is rendered to text and then tokenized like other text, the prompt begins with two BOS tokens, which the model
    never saw in training. `apply_chat_template(tokenize=True)` and the chat APIs of servers do not add the second one;
    completion APIs, training scripts and some engines do. The rule reads the tokenizer's post-processor to find whether it adds
    a BOS token.

    ## Bad

    ```jinja chat_template.jinja
    {{ bos_token }}{% for m in messages %}[{{ m.role }}] {{ m.content }}{% endfor %}
    ```

    ```json tokenizer_config.json
    {"bos_token": "<s>"}
    ```

    ```json tokenizer.json
    {"added_tokens": [{"id": 1, "content": "<s>", "special": true}], "post_processor": {
     "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]},
     "model": {"vocab": {"<s>": 1}}}
    ```

    ## Good

    ```jinja chat_template.jinja
    {{ bos_token }}{% for m in messages %}[{{ m.role }}] {{ m.content }}{% endfor %}
    ```

    ```json tokenizer_config.json
    {"bos_token": "<s>"}
    ```

    ```json tokenizer.json
    {"added_tokens": [{"id": 1, "content": "<s>", "special": true}], "post_processor": null, "model": {"vocab": {"<s>": 1}}}
    ```

    ## Fix

    Tokenize rendered conversations with `add_special_tokens=False`.
    """
    bos = tokenizer.special_tokens.get("bos_token")
    text = rendering.text("question")
    if not bos or text is None or not text.startswith(bos):
        return
    if text.startswith(bos * 2):
        yield Finding(f"the chat template itself writes {bos!r} twice", at=template.at())
    elif (file and bos in file.before) or (gguf and gguf.metadata.get("tokenizer.ggml.add_bos_token") is True):
        yield Finding(f"the chat template writes {bos!r} at the start, and the tokenizer adds it too", at=template.at())
