from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Rendering, TokenizerConfig, TokenizerFile, rule


@rule(severity="warning", since="0.1")
def turn_end_is_no_token(
    template: ChatTemplate, rendering: Rendering, tokenizer: TokenizerConfig, file: TokenizerFile
) -> Iterator[Finding]:
    """What ends a turn in the chat template is no token of the vocabulary.

    It is cut into pieces of ordinary text. Engines stop on ids, so none of them can stop there: the answer goes on into the
    next turn unless each client sends the words as a stop text.

    ## Bad

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
    {% endif %}
    ```

    ```json tokenizer_config.json
    {"eos_token": "</s>"}
    ```

    ```json tokenizer.json
    {"added_tokens": [{"id": 2, "content": "</s>", "special": true}], "model": {"vocab": {"</s>": 2}}}
    ```

    ## Good

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
    {% endif %}
    ```

    ```json tokenizer_config.json
    {"eos_token": "<|im_end|>"}
    ```

    ```json tokenizer.json
    {"added_tokens": [{"id": 2, "content": "<|im_end|>", "special": true}], "model": {"vocab": {"a": 0}}}
    ```

    ## Fix

    Add the token to the tokenizer, resize the embedding and train it; or end turns with a token that is there.
    """
    word = rendering.turn_end
    if word and word not in file.words and word not in tokenizer.special_tokens.values() and word not in file.added.values():
        yield Finding(f"{word!r} ends a turn, but is no token: it is cut into pieces of text", at=template.at())
