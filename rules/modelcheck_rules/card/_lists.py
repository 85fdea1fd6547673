"""The Hub's lists of accepted values, as of a date. They grow, so a value missing from them is only a likely mistake."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from modelcheck.api import Edit, Fix, Node

_ABBREVIATION = 5
"""The fewest characters of an abbreviation."""


@cache
def hub_lists() -> dict[str, Any]:
    """Return the ids per front matter field; ``language`` is one string of codes, ``language_names`` maps name → code."""
    return dict(json.loads(Path(__file__).with_name("hub_lists.json").read_text("utf-8")))


@cache
def language_codes() -> frozenset[str]:
    """Return every code of the list, and the two values accepted in addition: ``code`` and ``multilingual``."""
    return frozenset(hub_lists()["language"].split()) | {"code", "multilingual"}


def closest(value: str, known: list[str], cutoff: float = 0.75) -> str | None:
    """Return the known value most similar to ``value``; None if no similarity reaches ``cutoff`` (0 to 1)."""
    from difflib import get_close_matches

    plain = _plain(value)
    longer = [name for name in known if name.startswith(plain)] if len(plain) >= _ABBREVIATION else []  # text-gen
    return plain if plain in known else next(iter(longer if len(longer) == 1 else get_close_matches(plain, known, 1, cutoff)), None)


def same_but_for_spelling(value: str, known: list[str]) -> str | None:
    """Return the known value that differs from ``value`` only in case, spaces or underscores; None if there is no such value."""
    plain = _plain(value)
    return plain if plain in known and plain != value else None


def _plain(value: str) -> str:
    return value.strip().lower().replace("_", "-").replace(" ", "-")


def replacing(node: Node | None, value: str | None, *, safe: bool = True) -> Fix | None:
    """Return the fix that replaces a node's text with ``value``, without an edit if it is a block of text; None without a value."""
    if node is None or value is None or node.text is None:
        return None
    if node.style not in (None, "'", '"'):
        return Fix(f"change it to {value} (by hand: it is written as a block of text)")
    written = f'"{value}"' if value == "no" and node.style is None else value  # unquoted, YAML reads Norwegian's code as false
    return Fix(f"change it to {written}", (Edit(node.span, written, expected=node.text),), safe=safe)


def correction(node: Node, known: list[str], cutoff: float = 0.75, *, certain: str | None = None) -> tuple[str, Fix | None]:
    """Return ``; did you mean 'x'?`` and the fix, which is safe for ``certain`` or a value that differs in spelling only."""
    text = node.text or ""
    certain = certain or same_but_for_spelling(text, known)
    near = certain or closest(text, known, cutoff)
    return f"; did you mean {near!r}?" if near else "", replacing(node, near, safe=near == certain)
