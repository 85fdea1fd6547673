"""The lines of a model card that belong together, and a line without its markup."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from modelcheck.facts.model_card import ModelCard
from modelcheck.patterns import lazy

_LINES = 500


LONGEST = 2000
"""Lines of a card, and characters of a line and of a sentence, that are read."""


_TAG = lazy(r"</?[A-Za-z!][^<>]{0,300}>")


_LINK = lazy(r"!?\[(?P<text>[^\[\]]{0,300})\]\((?P<to>[^()\s]{0,300})[^()]{0,100}\)")


_MARKUP = lazy(r"[*`]{1,3}(?=\S)|(?<=\S)[*`]{1,3}|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)|[\[\]“”]")


_ITEM = lazy(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+")


_QUOTE = lazy(r"(\s{0,3}>)+\s?")


_EMPTY = lazy(r"[\s|:-]*|\s*#+\s*|\s*\[!\w+\]\s*")
"""Also the line under a table's head, and the mark of a note (``[!NOTE]``)."""


def blocks(card: ModelCard) -> Iterator[list[tuple[int, str]]]:
    """The lines that belong together: a paragraph, an item of a list; headings and rows of tables stand alone."""
    held: list[tuple[int, str]] = []
    before = 0
    for number, whole, code in islice(card.visible(), _LINES):
        quote = _QUOTE.match(whole)
        line = whole[quote.end() if quote else 0 :][:LONGEST]
        alone = line.lstrip().startswith("#") or _is_row(line) or line.rstrip().endswith(("<br>", "<br/>", "\\", "  "))
        if held and (code or number != before + 1 or alone or not line.strip() or _ITEM.match(line)):
            yield held
            held = []
        before = number
        if code or _EMPTY.fullmatch(line):
            continue
        held.append((number, line))
        if alone:
            yield held
            held = []
    if held:
        yield held


def plain(line: str) -> tuple[str, list[str]]:
    """A line without its markup, and the addresses of its links."""
    links = [found["to"] for found in _LINK.finditer(line)]
    text = _LINK.sub(lambda found: found["text"], _TAG.sub(" ", line))
    if _is_row(text):
        text = ": ".join(cell.strip() for cell in text.strip().strip("|").split("|") if cell.strip())
    item = _ITEM.match(text)
    text = _MARKUP.sub(" ", text[item.end() :] if item else text)
    return " ".join(text.split()), links


def _is_row(line: str) -> bool:
    return line.lstrip().startswith("|") or " | " in line
