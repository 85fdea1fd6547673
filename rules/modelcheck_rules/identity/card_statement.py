"""What the model card says of the model's training."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

from modelcheck.api import Evidence, ModelCard, Span, signal

_LINES = 400
_LONGEST = 100
_STAGE = re.compile(r"training stage\W*:?\W*(?P<stage>pre-?training(\s*(&|and|,|\+)\s*post-?training)?)", re.IGNORECASE)
# A sentence about a whole family says both of it.
_BOTH = re.compile(
    r"(pre-?trained|base),? (and|&|or|as well as) (((instruction|instruct|chat|fine)[- ]?)+tuned|instruct|chat)",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"<!--.*?(-->|\Z)", re.DOTALL)
_TRAINER_TAGS = ("sft", "dpo", "orpo", "kto", "grpo", "rlhf")


@signal(group="card")
def card_statement(card: ModelCard) -> Iterator[Evidence]:
    """The strongest sentence of the first 400 lines, the code that the author shows, and the trainer's tags."""
    for number, line, code in islice(_visible(card), _LINES):
        at = Span(card.path, number, 1)
        if code:
            if "apply_chat_template" in line:
                yield Evidence(2.0, "the card's code calls apply_chat_template", at)
            continue
        stage = _STAGE.search(line)
        if stage:
            post = "post" in stage["stage"].lower()
            yield Evidence(3.5 if post else -4.0, f"the card gives the training stage as {stage['stage']!r}", at)
        for weight, pattern in _statements():
            found = pattern.search(line[:2000])
            if found and not (weight < 0 and _BOTH.search(line)):
                yield Evidence(weight, f"the card says “{_sentence(line, found)}”", at)
                break
    tags = [tag for tag in card.texts("tags") if tag.lower() in _TRAINER_TAGS]
    if tags:
        yield Evidence(2.5, f"the card is tagged {tags[0]!r}", card.at("tags"))


@cache
def _statements() -> tuple[tuple[float, re.Pattern[str]], ...]:
    table = tomllib.loads(Path(__file__).with_name("statements.toml").read_text("utf-8"))
    return tuple((float(row["weight"]), re.compile(row["pattern"], re.IGNORECASE)) for row in table["statement"])


def _visible(card: ModelCard) -> Iterator[tuple[int, str, bool]]:
    """Number and text of each line outside HTML comments (the Hub's template for cards is full of them), and whether it is code."""
    body = _COMMENT.sub(lambda found: "\n" * found.group().count("\n"), card.body)
    code = False
    for number, line in enumerate(body.splitlines(), card.body_line):
        fence = line.lstrip().startswith(("```", "~~~"))
        code ^= fence
        if not fence:
            yield number, line, code


def _sentence(line: str, found: re.Match[str]) -> str:
    """The sentence around what was found, cut to what fits on a screen."""
    start = max(line.rfind(mark, 0, found.start()) for mark in (". ", "! ", ": ", "|")) + 1
    words = " ".join(line[start:].split())
    end = re.search(r"[.!?](\s|$)", words)
    sentence = words[: end.start()] if end else words
    return sentence if len(sentence) <= _LONGEST else sentence[: _LONGEST - 1] + "…"
