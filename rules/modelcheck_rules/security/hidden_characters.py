from __future__ import annotations

import re
from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, ModelCard, TokenizerConfig, lazy, rule

_HIDDEN = lazy(
    "[\u202a-\u202e\u2066-\u2069\U000e0001-\U000e007f]|(?<=[A-Za-z])[\u200b\u2060\ufeff](?=[A-Za-z])|[\u200b\u2060\ufeff]{3,}"
)
_IN_TOKENS = lazy("([\u202a-\u202e\u2066-\u2069\U000e0001-\U000e007f]|(?<=[A-Za-z|])[\u200b-\u200d\u2060\ufeff](?=[A-Za-z|]))")
_FLAG = lazy("\U0001f3f4[\U000e0020-\U000e007f]{1,8}")
"""The flags of England, Scotland and Wales are written with tag characters."""


def _hidden(text: str) -> re.Match[str] | None:
    return _HIDDEN.search(_FLAG.sub(lambda flag: " " * len(flag.group()), text) if "\U0001f3f4" in text else text)


def _code(character: str) -> str:
    return f"the invisible character U+{ord(character[0]):04X}"


@rule(severity="warning", since="0.1")
def hidden_characters(
    template: ChatTemplate | None, tokenizer: TokenizerConfig | None, card: ModelCard | None
) -> Iterator[Finding]:
    """A chat template, a token or the card contains invisible characters.

    Bidirectional control characters display text in another order than programs read it. Tag characters and zero-width
    characters hide text between letters. Joiners in words of scripts that need them, and in emoji, are ignored.

    ## Bad

    ```base64 chat_template.jinja
    eyUgZm9yIG0gaW4gbWVzc2FnZXMgJX17eyBtLmNvbnRlbnQgfX17JSBlbmRmb3IgJX3igK57IyByZXZlcnNlZCAjfQ==
    ```

    ## Good

    ```jinja chat_template.jinja
    {% for m in messages %}{{ m.role }}: {{ m.content }}
    {% endfor %}
    ```

    ## Fix

    Remove the characters. The finding names the code point of the first one.
    """
    for place in template.places if template else ():
        found = _hidden(place.text)
        if found:
            line = place.text.count("\n", 0, found.start()) + 1
            yield Finding(f"the chat template contains {_code(found.group())}", at=place.at(line))
    for token_id, token in sorted(tokenizer.added_tokens.items()) if tokenizer else ():
        found = _IN_TOKENS.search(token)
        if tokenizer and found:
            yield Finding(
                f"token {token_id} ({token.encode('unicode_escape').decode()!r}) contains {_code(found[1])}",
                at=tokenizer.at_added(token_id),
            )
            break
    for number, text in card.lines() if card else ():
        found = _hidden(text)
        if card and found:
            yield Finding(f"the model card contains {_code(found.group())}", at=card.on_line(number))
            break
