"""What the model card says about the model's training."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from modelcheck.api import CheckpointName, Evidence, ModelCard, Span, lazy, signal, stage_word

_LINES = 400
_LONGEST = 100
_STAGE = lazy(r"training stage\W*:?\W*(?P<stage>pre-?training(\s*(&|and|,|\+)\s*post-?training)?)", re.IGNORECASE)
# A sentence about a whole family, with base and instruct models.
_BOTH = lazy(
    r"(pre-?trained|base),? (and|&|or|as well as) (((instruction|instruct|chat|fine)[- ]?)+tuned|instruct|chat)",
    re.IGNORECASE,
)
_MARKUP = lazy(r"<[^<>]{1,200}>|[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}|\]\([^()]{0,300}\)|[\[“”]")
# A sentence about other models that were made from this one.
_RELATIVES = lazy(r"\b(tuned|chat|instruct) (versions?|variants?|siblings?)\b", re.IGNORECASE)
_NEGATED = lazy(r"\b(not|never|no|without|nor|cannot)\b|n't\b", re.IGNORECASE)
_SENTENCE_END = lazy(r"(?<=[.!?])\s+")
_TITLE = lazy(r"#\s+(?P<title>.+)")


@signal(group="card")
def card_statement(name: CheckpointName, card: ModelCard) -> Iterator[Evidence]:
    """A sentence about the training in the card's first 400 lines, and a title that contains a stage if the name does not."""
    titled = name.stage is not None
    for number, line, code in islice(card.visible(), _LINES):
        if code:
            continue
        at = Span(card.path, number, 1)
        text = " ".join(_MARKUP.sub(" ", line[:2000]).split())
        stage = _STAGE.search(text)
        if stage:
            post = "post" in stage["stage"].lower()
            because = f"the card says that the training stage is {stage['stage']!r}"
            yield Evidence(3.5 if post else -4.0, because, at, kind="stage-post" if post else "stage-pre")
        title = None if titled else _TITLE.match(text)
        if title:
            titled = True
            named = stage_word(title["title"])
            if named and named.kind in ("instruct", "base"):
                weight, because = (2.5 if named.kind == "instruct" else -2.5), f"the card's title contains {named.word!r}"
                yield Evidence(weight, because, at, kind=f"title-{named.kind}")
        for sentence in _SENTENCE_END.split(text):
            statement = _statement(sentence)
            if statement:
                row, because = statement
                yield Evidence(row["weight"], because, at, kind=row["kind"], sub_label=row.get("sub_label"))


def _statement(sentence: str) -> tuple[dict[str, Any], str] | None:
    """Return the table row that a sentence matches, and a quote of it; None for sentences about a family or related models."""
    if _BOTH.search(sentence):
        return None
    for row, pattern in _statements():
        found = pattern.search(sentence)
        if found:
            quote = sentence.lstrip("#>-–•| ").rstrip(".!")
            if row["weight"] > 0 and (_RELATIVES.search(sentence) or _NEGATED.search(sentence[: found.end()])):
                return None
            return row, f"the card says “{quote if len(quote) <= _LONGEST else quote[: _LONGEST - 1] + '…'}”"
    return None


@cache
def _statements() -> tuple[tuple[dict[str, Any], re.Pattern[str]], ...]:
    import tomllib

    table = tomllib.loads(Path(__file__).with_name("statements.toml").read_text("utf-8"))
    return tuple((row, re.compile(row["pattern"], re.IGNORECASE)) for row in table["statement"])
