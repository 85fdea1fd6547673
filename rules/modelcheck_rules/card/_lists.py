"""The Hub's lists, as of a date; they grow, so a value that is not in them is a likely mistake and no more."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from modelcheck.api import Edit, Fix, Node


@cache
def hub_lists() -> dict[str, Any]:
    """Lists of ids by their field; ``language`` is one text of codes, ``language_names`` name → code."""
    return dict(json.loads(files(__package__).joinpath("hub_lists.json").read_text("utf-8")))


@cache
def language_codes() -> frozenset[str]:
    """Every code of the list, and the two words that stand beside them."""
    return frozenset(hub_lists()["language"].split()) | {"code", "multilingual"}


def nearest(word: str, known: list[str], likeness: float = 0.75) -> str | None:
    """The known word that is most alike; None where none is near."""
    from difflib import get_close_matches

    plain = _plain(word)
    return plain if plain in known else next(iter(get_close_matches(plain, known, 1, likeness)), None)


def plainly(word: str, known: list[str]) -> str | None:
    """The known word that is meant beyond doubt: it differs in case, in spaces or in underscores only."""
    plain = _plain(word)
    return plain if plain in known and plain != word else None


def _plain(word: str) -> str:
    return word.strip().lower().replace("_", "-").replace(" ", "-")


def writing(node: Node | None, word: str | None) -> Fix | None:
    """The mend that writes another word in a value's place."""
    if node is None or word is None or node.text is None or node.style not in (None, "'", '"'):
        return None
    written = f'"{word}"' if word == "no" and node.style is None else word  # Norwegian, which YAML reads as false
    return Fix(f"write {written}", (Edit(node.span, written, expected=node.text),), safe=True)


def suggestion(word: str, known: list[str], likeness: float = 0.75) -> str:
    """``; did you mean 'x'?``, or nothing."""
    near = nearest(word, known, likeness)
    return f"; did you mean {near!r}?" if near else ""
