from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Rendering, TokenizerConfig, TokenizerFile, rule


@rule(severity="error", since="0.1")
def turn_end_is_no_token(
    template: ChatTemplate, rendering: Rendering, tokenizer: TokenizerConfig, file: TokenizerFile
) -> Iterator[Finding]:
    """The chat template's end-of-turn token is not in the vocabulary.

    The tokenizer splits the text into ordinary tokens. Engines stop on token ids, so none of them can stop there: the answer
    continues into the next turn unless each client sends the text as a stop string.

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

    Add the token to the tokenizer, resize the embedding and train it, or end turns with a token that exists.
    """
    end = rendering.turn_end
    if end and end not in file.words and end not in tokenizer.special_tokens.values() and end not in file.added.values():
        yield Finding(f"the chat template ends turns with {end!r}, which is not in the vocabulary", at=template.at())
