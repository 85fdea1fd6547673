from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, lazy, rule

_DIFFERENT = 12
"""Different characters that a real one has; a placeholder repeats a few."""
_SECRET = lazy(
    r"\bhf_[A-Za-z0-9]{34}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_\w{60,}\b|\bglpat-[\w-]{20}\b|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|"
    r"\bsk-(?:proj-|ant-api03-)?[A-Za-z0-9_-]{40,}|\bAIza[0-9A-Za-z_-]{35}\b|\bxox[baprs]-[0-9A-Za-z-]{20,}|"
    r"-----BEGIN (?:RSA |EC |OPENSSH |PGP )?PRIVATE KEY"
)


@rule(severity="error", since="0.1")
def secret(card: ModelCard) -> Iterator[Finding]:
    """The card holds a key or a token.

    Everybody who can read the card can use it, and programs look for them all day. Few exact patterns are searched for:
    tokens of the Hub, of
    GitHub, of cloud and model services, and private keys.

    ## Bad

    ````markdown README.md
    ---
    license: mit
    ---
    ```bash
    export HF_TOKEN=hf_AbCdEfGhIjKlMnOpQrStUvWxYz01234567
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
    for number, line in card.every_line():
        for found in _SECRET.finditer(line):
            text = found.group()
            real = len(set(text)) > _DIFFERENT and any(map(str.isdigit, text))
            if real or text.startswith("-----"):
                yield Finding(f"{text[:8]}… looks like a key that works", at=card.on_line(number))
                return
