from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, lazy, rule

_DISTINCT = 12
"""A real key has more distinct characters than this; a placeholder repeats a few."""
# Formats as the issuers define them: Hub tokens contain only letters and digits, OpenAI's an eight-letter marker in the middle.
_SECRET = lazy(
    r"\bhf_[A-Za-z0-9]{34}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_\w{60,}\b|\bglpat-[\w-]{20}\b|"
    r"\b(?:AKIA|ASIA)(?![0-9A-Z]{9}EXAMPLE)[0-9A-Z]{16}\b|\bsk-[\w-]{20,}T3BlbkFJ[\w-]{20,}|\bsk-ant-(?:api|admin)\d\d-[\w-]{80,}|"
    r"\bsk-or-v1-[0-9a-f]{64}\b|\bAIza[\w-]{35}\b|\bxox[baprs]-\d{10,}-[0-9A-Za-z-]{15,}|"
    r"\bWANDB_API_KEY\s*=\s*[\"']?[0-9a-f]{40}\b",
    words=(
        "hf_",
        "ghp_",
        "gho_",
        "ghu_",
        "ghr_",
        "ghs_",
        "github_pat",
        "glpat-",
        "akia",
        "asia",
        "sk-",
        "aiza",
        "xox",
        "wandb_api",
    ),
)
_MADE_UP = ("abcdef", "123456", "xxx", "example", "your", "redacted", "placeholder")
_PRIVATE = lazy(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY(?: BLOCK)?-----\s")
_ENCODED = lazy(r"[A-Za-z0-9+/=]{40,}\s*$")


@rule(severity="error", since="0.1")
def secret(card: ModelCard) -> Iterator[Finding]:
    """The card contains a secret key or an access token.

    Everyone who can read the card can use the secret, and bots constantly search for them. The rule looks for a few exact patterns:
    tokens of the Hub, GitHub, GitLab, Slack, cloud and model services, and private keys.

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

    Revoke it at once, then remove it from the card. It remains in the repository's history. The finding shows only its beginning.
    """
    private = 0
    for number, line in card.every_line():
        for found in _SECRET.finditer(line):
            text = found.group()
            if len(set(text)) > _DISTINCT and not any(word in text.lower() for word in _MADE_UP):
                yield Finding(f"{text[:8]}… looks like a real key or token", at=card.on_line(number))
                return
        if private and number - private < 6 and _ENCODED.match(line.strip()):
            yield Finding("the card contains a private key", at=card.on_line(private))
            return
        private = number if _PRIVATE.match(f"{line.strip()} ") else private
