from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, lazy, rule

_DIFFERENT = 12
"""Different characters that a real one has; a placeholder repeats a few."""
# As their issuers form them; those of the Hub hold letters only, OpenAI's an eight-letter mark in the middle.
_SECRET = lazy(
    r"\bhf_[A-Za-z0-9]{34}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_\w{60,}\b|\bglpat-[\w-]{20}\b|"
    r"\b(?:AKIA|ASIA)(?![0-9A-Z]{9}EXAMPLE)[0-9A-Z]{16}\b|\bsk-[\w-]{20,}T3BlbkFJ[\w-]{20,}|\bsk-ant-(?:api|admin)\d\d-[\w-]{80,}|"
    r"\bsk-or-v1-[0-9a-f]{64}\b|\bAIza[\w-]{35}\b|\bxox[baprs]-\d{10,}-[0-9A-Za-z-]{15,}|"
    r"\bWANDB_API_KEY\s*=\s*[\"']?[0-9a-f]{40}\b"
)
_MADE_UP = ("abcdef", "123456", "xxx", "example", "your", "redacted", "placeholder")
_PRIVATE = lazy(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY(?: BLOCK)?-----\s")
_ENCODED = lazy(r"[A-Za-z0-9+/=]{40,}\s*$")


@rule(severity="error", since="0.1")
def secret(card: ModelCard) -> Iterator[Finding]:
    """The card holds a key or a token.

    Everybody who can read the card can use it, and programs look for them all day. Few exact patterns are searched for:
    tokens of the Hub, of GitHub, of cloud and model services, and private keys.

    ## Bad

    ````markdown README.md
    ---
    license: mit
    ---
    ```bash
    export HF_TOKEN=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
    ```
    ````

    ## Good

    ````markdown README.md
    ---
    license: mit
    ---
    ```bash
    export HF_TOKEN=hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ```
    ````

    ## Fix

    Revoke it at once, then take it out; it stays in the history. The finding shows its beginning only.
    """
    private = 0
    for number, line in card.every_line():
        for found in _SECRET.finditer(line):
            text = found.group()
            if len(set(text)) > _DIFFERENT and not any(word in text.lower() for word in _MADE_UP):
                yield Finding(f"{text[:8]}… looks like a key that works", at=card.on_line(number))
                return
        if private and number - private < 6 and _ENCODED.match(line.strip()):
            yield Finding("a private key stands here", at=card.on_line(private))
            return
        private = number if _PRIVATE.match(f"{line.strip()} ") else private
