"""Families of models by the words of their names."""

from __future__ import annotations

from functools import lru_cache

from modelcheck.api import lazy

_ANY_LLAMA = "Llama"
_FAMILIES = tuple(
    (family, hints, lazy(rf"(?<![a-z])(?:{pattern})"))
    for family, hints, pattern in (
        ("Llama 2", ("llama", "vicuna"), r"(code-?)?llama-?2|codellama|tinyllama|vicuna"),
        ("Llama 3", ("llama",), r"llama-?3"),
        ("Llama 4", ("llama",), r"llama-?4"),
        (_ANY_LLAMA, ("llama",), r"llama(?!-?[234])"),
        ("Qwen", ("qw", "qvq"), r"qwen|qwq|qvq"),
        ("Gemma", ("gemma",), r"(code|function|med)?gemma"),
        ("Mistral", ("stral", "xtral"), r"mistral|mixtral|ministral|magistral|devstral|codestral|pixtral"),
        ("Phi", ("phi",), r"phi-?[1-9]"),
        ("DeepSeek", ("deepseek",), r"deepseek"),
        ("GLM", ("glm",), r"(chat)?glm"),
        ("Granite", ("granite",), r"granite"),
        ("Command", ("command-", "c4ai-", "aya-"), r"command-|c4ai-|aya-"),
        ("gpt-oss", ("gpt-oss",), r"gpt-oss"),
        ("Kimi", ("kimi",), r"kimi"),
        ("MiniMax", ("minimax",), r"minimax"),
        ("InternLM", ("internlm",), r"internlm"),
        ("Falcon", ("falcon",), r"falcon"),
        ("Hunyuan", ("hunyuan",), r"hunyuan"),
        ("SmolLM", ("smollm",), r"smollm"),
    )
)


@lru_cache(maxsize=512)
def family(name: str) -> str | None:
    """Return the family that a name states; None for none, for several (``DeepSeek-R1-Distill-Qwen-7B``), and for any Llama."""
    last = name.rstrip("/").rpartition("/")[2].lower()
    found = [family for family, hints, pattern in _FAMILIES if any(hint in last for hint in hints) and pattern.search(last)]
    return found[0] if len(found) == 1 and found[0] != _ANY_LLAMA else None
