"""Colours by what they mean, for terminals."""

from __future__ import annotations

from click import style as paint

_COLORS = {
    "error": "red",
    "warning": "yellow",
    "note": "cyan",
    "base": "blue",
    "instruct": "green",
    "unknown": "yellow",
    "not-applicable": "white",
}


def painted(text: str, name: str, *, color: bool) -> str:
    """The text in bold and in the colour of a severity or label called ``name``, if ``color``."""
    return paint(text, fg=_COLORS.get(name), bold=True) if color else text
