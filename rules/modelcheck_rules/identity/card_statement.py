"""What the model card says of the model's training."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from modelcheck.api import CheckpointName, Evidence, ModelCard, Span, lazy, signal, stage_word

_LINES = 400
_LONGEST = 100
_STAGE = lazy(r"training stage\W*:?\W*(?P<stage>pre-?training(\s*(&|and|,|\+)\s*post-?training)?)", re.IGNORECASE)
# A sentence about a whole family says both of it.
_BOTH = lazy(
    r"(pre-?trained|base),? (and|&|or|as well as) (((instruction|instruct|chat|fine)[- ]?)+tuned|instruct|chat)",
    re.IGNORECASE,
)
_MARKUP = lazy(r"<[^<>]{1,200}>|[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}|\]\([^()]{0,300}\)|[\[“”]")
# A sentence about what others were made from this one.
_RELATIVES = lazy(r"\b(tuned|chat|instruct) (versions?|variants?|siblings?)\b", re.IGNORECASE)
_NEGATED = lazy(r"\b(not|never|no|without|nor|cannot)\b|n't\b", re.IGNORECASE)
_SENTENCE_END = lazy(r"(?<=[.!?])\s+")
_TITLE = lazy(r"#\s+(?P<title>.+)")


@signal(group="card")
def card_statement(name: CheckpointName, card: ModelCard) -> Iterator[Evidence]:
    """The strongest sentence of the first 400 lines, and a title that names a stage where the checkpoint's own name does not."""
    titled = name.stage is not None
    for number, line, code in islice(card.visible(), _LINES):
        if code:
            continue
        at = Span(card.path, number, 1)
        words = " ".join(_MARKUP.sub(" ", line[:2000]).split())
        stage = _STAGE.search(words)
        if stage:
            post = "post" in stage["stage"].lower()
            because = f"the card gives the training stage as {stage['stage']!r}"
            yield Evidence(3.5 if post else -4.0, because, at, kind="stage-post" if post else "stage-pre")
        title = None if titled else _TITLE.match(words)
        if title:
            titled = True
            told = stage_word(title["title"])
            if told and told.kind in ("instruct", "base"):
                instruct = told.kind == "instruct"
                yield Evidence(2.5 if instruct else -2.5, f"the card's title says {told.word!r}", at, kind=f"title-{told.kind}")
        for sentence in _SENTENCE_END.split(words):
            said = _told(sentence)
            if said:
                row, because = said
                yield Evidence(row["weight"], because, at, kind=row["kind"], sub_label=row.get("sub_label"))


def _told(sentence: str) -> tuple[dict[str, Any], str] | None:
    """The row that a sentence fits, and the sentence; None for one that speaks of a whole family or of relatives."""
    if _BOTH.search(sentence):
        return None
    for row, pattern in _statements():
        found = pattern.search(sentence)
        if found:
            words = sentence.lstrip("#>-–•| ").rstrip(".!")
            if row["weight"] > 0 and (_RELATIVES.search(sentence) or _NEGATED.search(sentence[: found.end()])):
                return None
            return row, f"the card says “{words if len(words) <= _LONGEST else words[: _LONGEST - 1] + '…'}”"
    return None


@cache
def _statements() -> tuple[tuple[dict[str, Any], re.Pattern[str]], ...]:
    table = tomllib.loads(Path(__file__).with_name("statements.toml").read_text("utf-8"))
    return tuple((row, re.compile(row["pattern"], re.IGNORECASE)) for row in table["statement"])
