from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Edit, Finding, Fix, TokenizerConfig, rule


@rule(severity="note", since="0.1")
def turn_end_is_shown(template: ChatTemplate, tokenizer: TokenizerConfig) -> Iterator[Finding]:
    """The end-of-turn token is not marked as special, so it appears in answers.

    The token is in the vocabulary as ordinary text. Servers decode with `skip_special_tokens=True`, which does not remove it from
    the answer.

    ## Bad

    ```json tokenizer_config.json
    {"added_tokens_decoder": {"1": {"content": "<|im_start|>", "special": true}, "2": {"content": "<|im_end|>", "special": false}}}
    ```

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}
    ```

    ## Good

    ```json tokenizer_config.json
    {"added_tokens_decoder": {"1": {"content": "<|im_start|>", "special": true}, "2": {"content": "<|im_end|>", "special": true}}}
    ```

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}
    ```

    ## Fix

    Set `special` of the token to true, in `tokenizer_config.json` and in `tokenizer.json`.
    """
    decoder = tokenizer.data.get("added_tokens_decoder")
    for token in template.turn_ends[:1]:
        for token_id in tokenizer.ids(token):
            entry = decoder.get(str(token_id)) if isinstance(decoder, dict) else None
            if isinstance(entry, dict) and entry.get("special") is False:
                at = tokenizer.at("added_tokens_decoder", str(token_id), "special")
                fix = Fix("set special to true", (Edit(at, "true", expected="false"),))
                yield Finding(f"{token!r} ends a turn but is not marked as special, so it appears in answers", at=at, fix=fix)
