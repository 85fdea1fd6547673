"""The texts and conversations that a server is asked about: short, and cut differently by each family of tokenizers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

TEXTS = {
    "digits": "In 1969 it cost 3.14159265, of 1234567890 only 100000 and 42 were left by 31/12/2024.",
    "other scripts": "Привет, мир! 你好，世界。 こんにちは שלום مرحبا नमस्ते 안녕하세요 xin chào",
    "code": 'def f(x):\n\treturn {k: v ** 2 for k, v in x.items() if v != 0}  # "done"\nprint(f({}))',
    "whitespace": "a  b   c    d\n\n\n  e\t\tf\n        g",
    "emoji": "🙂👩‍👩‍👧‍👦🏳️‍🌈 café naïve Ångström ½ ﬁ",
    "long words": "Antidisestablishmentarianism, internationalization, uncopyrightable deoxyribonucleic electroencephalograms",
}
"""Name → text. None begins or ends with whitespace, which templates remove."""
ALL_TEXTS = "\n".join(TEXTS.values())
MOST_ADDED = 48
"""The most added tokens that are asked about, in one text."""
SYSTEM = "a system prompt"
_HI, _FINE = "Hello there.", "Hello! How are you?"
CONVERSATIONS: Mapping[str, tuple[Mapping[str, str], ...]] = {
    "a question": ({"role": "user", "content": _HI},),
    "other scripts": ({"role": "user", "content": TEXTS["other scripts"]},),
    "code": ({"role": "user", "content": TEXTS["code"]},),
    SYSTEM: ({"role": "system", "content": "Answer in one word."}, {"role": "user", "content": _HI}),
    "two turns": (
        {"role": "user", "content": _HI}, {"role": "assistant", "content": _FINE}, {"role": "user", "content": _HI},
    ),
    "three turns": (
        {"role": "user", "content": _HI}, {"role": "assistant", "content": _FINE},
        {"role": "user", "content": _HI}, {"role": "assistant", "content": _FINE}, {"role": "user", "content": _HI},
    ),
}  # fmt: skip
STARTS = (
    "The capital of France is", "Once upon a time, there was a", "def add(a, b):\n    return", "The three primary colours are red,",
    "She opened the door and", "Die Hauptstadt von Deutschland ist", "Dear customer, we are sorry to", "1, 2, 3, 4,",
)  # fmt: skip
"""Texts whose next token is asked about, likely and open ones."""
CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""The format that llama.cpp takes for a model without a template."""
SINGLE = ("a question", "other scripts", "code")
"""The conversations of one turn: they differ in their content only."""
MANY_TURNS = ("two turns", "three turns")
LENGTHS = (4096, 2048, 1024, 448, 192, 96)
"""About how many tokens a long prompt has."""
_SENTENCE = "Line {} of the harbour log says that {} boats left before noon.\n"
_TOKENS_OF_SENTENCE = 16


def long_text(tokens: int) -> str:
    """A text of roughly so many tokens, no two lines of which are the same."""
    return "".join(_SENTENCE.format(line, line * 7 % 100) for line in range(1, tokens // _TOKENS_OF_SENTENCE + 1)).strip()


def measures(text: str) -> Sequence[int]:
    """What proxies that do not tokenize make their counts of: characters, bytes, words."""
    return len(text), len(text.encode()), len(text.split())


def content_of(conversation: str) -> str:
    """All that is said in a conversation."""
    return "".join(message["content"] for message in CONVERSATIONS[conversation])


def messages(conversation: str) -> list[dict[str, Any]]:
    """A conversation as requests contain it."""
    return [dict(message) for message in CONVERSATIONS[conversation]]
