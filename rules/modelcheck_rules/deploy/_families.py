"""Families of models by the words of their names."""

from __future__ import annotations

from modelcheck.api import lazy

_ANY_LLAMA = "Llama"
_FAMILIES = tuple(
    (family, lazy(rf"(?i)(?<![a-z]){pattern}"))
    for family, pattern in (
        ("Llama 2", r"(code-?)?llama-?2|codellama|tinyllama|vicuna"),
        ("Llama 3", r"llama-?3"),
        ("Llama 4", r"llama-?4"),
        (_ANY_LLAMA, r"llama(?!-?[234])"),
        ("Qwen", r"qwen|qwq|qvq"),
        ("Gemma", r"(code|function|med)?gemma"),
        ("Mistral", r"mistral|mixtral|ministral|magistral|devstral|codestral|pixtral"),
        ("Phi", r"phi-?[1-9]"),
        ("DeepSeek", r"deepseek"),
        ("GLM", r"(chat)?glm"),
        ("Granite", r"granite"),
        ("Command", r"command-|c4ai-|aya-"),
        ("gpt-oss", r"gpt-oss"),
        ("Kimi", r"kimi"),
        ("MiniMax", r"minimax"),
        ("InternLM", r"internlm"),
        ("Falcon", r"falcon"),
        ("Hunyuan", r"hunyuan"),
        ("SmolLM", r"smollm"),
    )
)


def family(name: str) -> str | None:
    """Return the family that a name states; None for none, for several (``DeepSeek-R1-Distill-Qwen-7B``), and for any Llama."""
    last = name.rstrip("/").rpartition("/")[2]
    found = [family for family, pattern in _FAMILIES if pattern.search(last)]
    return found[0] if len(found) == 1 and found[0] != _ANY_LLAMA else None
