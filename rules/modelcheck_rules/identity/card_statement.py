"""What the model card says about the model's training."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from modelcheck.api import CardSentences, CheckpointName, Evidence, Span, family_of, lazy, signal, stage_word

from modelcheck_rules.identity._tables import STATEMENTS

_LONGEST = 100
_STAGE = lazy(r"training stage\W*:?\W*(?P<stage>pre-?training(\s*(&|and|,|\+)\s*post-?training)?)", re.IGNORECASE)
_NEGATED = lazy(r"\b(not|never|no|without|nor|cannot|before|prior to)\b|n't\b", re.IGNORECASE)
_CARD_OF = lazy(r"^\W*((model )?card (for|of)\s*:?)?\s*", re.IGNORECASE)


@signal(group="card")
def card_statement(name: CheckpointName, card: CardSentences) -> Iterator[Evidence]:
    """A sentence of the card about this model's training, and a title that contains a stage if the name does not.

    Sentences about a sibling, the base model or a whole family are not about this model. Publishers copy a line such as a table's
    "Training Stage" between siblings, so "pre-training and post-training" weighs less than "pre-training" alone.
    """
    said = list[tuple[dict[str, Any], str, Span]]()
    titled = name.stage is not None or any(map(family_of, name.plain))
    for sentence in card.sentences:
        at = card.at(sentence)
        if sentence.level == 1 and not titled:
            titled = True
            yield from _of_title(sentence.text, at)
        if sentence.about_another:
            continue
        stage = _STAGE.search(sentence.text)
        if stage:
            post = "post" in stage["stage"].lower()
            because = f"the card says that the training stage is {stage['stage']!r}"
            if post:
                yield Evidence(2.0, because, at, kind="stage-post")
            else:
                yield Evidence(-4.0, because, at, kind="stage-pre", sub_label="pretrained-only")
        row = _statement(sentence.text)
        if row:
            said.append((row, f"the card says “{_quote(sentence.text)}”", at))
    tuned = any(row["weight"] > 0 for row, _, _ in said)
    for row, because, at in said:
        plain = tuned and row.get("of_any", False)
        yield Evidence(
            0.0 if plain else row["weight"], because, at, kind="" if plain else row["kind"], sub_label=row.get("sub_label")
        )


def _of_title(title: str, at: Span) -> Iterator[Evidence]:
    """The stage that the title states, or what its family means by a name without one: a claim, as cards are often copied."""
    named = stage_word(title)
    if named and named.kind in ("instruct", "base"):
        weight = 2.5 if named.kind == "instruct" else -2.5
        yield Evidence(weight, f"the card's title contains {named.word!r}", at, kind=f"title-{named.kind}")
        return
    family = None if named else family_of("-".join(_CARD_OF.sub("", title).lower().split()).rpartition("/")[2])
    if family:
        weight, stage = (2.0, "instruct") if family.unsuffixed == "instruct" else (-2.0, "base")
        because = f"the card's title is {title!r}, and in the family {family.name} such a name is the {stage} model"
        yield Evidence(weight, because, at, kind=f"title-family-{stage}", sub_label=family.sub_label)


def _statement(sentence: str) -> dict[str, Any] | None:
    """Return the row of the tables that a sentence matches."""
    for row, pattern in _statements():
        found = pattern.search(sentence)
        if found:
            return None if row["weight"] > 0 and _NEGATED.search(sentence[: found.end()]) else row
    return None


def _quote(sentence: str) -> str:
    text = sentence.lstrip("#>-–•| ").rstrip(".!。")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


@cache
def _statements() -> tuple[tuple[dict[str, Any], re.Pattern[str]], ...]:
    return tuple((row, lazy(row["pattern"], re.IGNORECASE, words=row["words"])) for row in STATEMENTS)
