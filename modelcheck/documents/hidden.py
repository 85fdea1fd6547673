"""What a template's actions are while YAML is parsed: characters of Unicode's private use area, which YAML reads as text."""

from __future__ import annotations

_START = 0xE000
HIDDEN = {code: code + _START for code in range(128)}
"""For ``str.translate``: each ASCII character → the one that it is hidden as, so that lengths stay."""
_SHOWN = {hidden: code for code, hidden in HIDDEN.items()}


def as_written(text: str) -> str:
    """A text with its hidden characters as they are written."""
    return text.translate(_SHOWN) if any(_START <= ord(one) < _START + 128 for one in text) else text
