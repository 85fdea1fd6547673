"""What the model card says of the model's training."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from modelcheck.api import Evidence, ModelCard, Span, signal

_LINES = 400
_STAGE = re.compile(r"training stage\W*:?\W*(?P<stage>pre-?training(\s*(&|and|,|\+)\s*post-?training)?)", re.IGNORECASE)
_TUNED = r"(instruction[- ]?(fine-?)?tuned|instruct[- ]?(fine-?)?tuned|instruction[- ]following|chat[- ]?tuned|instruct|chat|conversational|dialogue)"
# Weight and pattern; each is a sentence about this model, not about its relatives.
_STATEMENTS: tuple[tuple[float, re.Pattern[str]], ...] = tuple(
    (weight, re.compile(pattern, re.IGNORECASE))
    for weight, pattern in (
        (-4.0, r"do(es)? not recommend using (this |these )?base (language )?models? for conversations?"),
        (-3.5, r"(has|have|is|was|are) (not|never)( yet)?( been)? (instruction|instruct|chat)[- ]?(fine-?)?tuned"),
        (-3.5, r"(has|have|is|was) (not|never) (yet )?(been )?(aligned|fine-?tuned) (for|to|with|on) (chat|dialogue|conversation|instructions?|follow|human|downstream)"),
        (-3.0, r"this is (a|an|the) (raw,? )?(pre-?trained|base|foundation)\b(?! model (fine|instruct|chat))"),
        (-3.0, r"this (repo|repository|checkpoint|model card) (contains|corresponds to|is for|is about) the ([\w.-]+ ){0,4}(base|pre-?trained)\b"),
        (-2.5, r"pre-?trained[- ]only|raw,? pre-?trained model|should be (further )?fine-?tuned (for|on|before)|without (any )?(instruction|fine)[- ]?tuning"),
        (-2.0, r"\b(is|are) (a|an|the|our) ([\w.,-]+ ){0,8}?(pre-?trained|base|foundation) ([\w-]+ ){0,4}(language )?model"),
        (3.0, rf"this (repo|repository|checkpoint|model card) (contains|corresponds to|is for|is about) the ([\w.-]+ ){{0,6}}{_TUNED}"),
        (3.0, r"\b(is|was|has been) (a |an )?([\w.,-]+ ){0,6}(fine-?tuned|trained|optimized|aligned) (\w+ ){0,4}(to|for|on|with|using) ([\w,/-]+ ){0,6}(instruction|instruct|chat|dialog|conversation|assistant|rlhf|dpo|sft)"),
        (3.0, rf"\b(is|are) (a|an|the|our) ([\w.,()-]+ ){{0,8}}?{_TUNED}\b"),
        (2.0, r"\bsupervised fine-?tuning\b.*\b(applied|used|followed|on)\b|(sft|dpo|rlhf) (stage|training|on top of)"),
    )
)
_TRAINER_TAGS = ("sft", "dpo", "orpo", "kto", "grpo", "rlhf")


@signal(group="card")
def card_statement(card: ModelCard) -> Iterator[Evidence]:
    """The strongest sentence of the first 400 lines, the code that the author shows, and the trainer's tags."""
    for number, line in islice(card.lines(), _LINES):
        at = Span(card.path, number, 1)
        stage = _STAGE.search(line)
        if stage:
            post = "post" in stage["stage"].lower()
            yield Evidence(3.5 if post else -4.0, f"the card gives the training stage as {stage['stage']!r}", at)
        for weight, pattern in _STATEMENTS:
            found = pattern.search(line[:2000])
            if found:
                yield Evidence(weight, f"the card says “{_short(found.group())}”", at)
                break
        if "apply_chat_template" in line:
            yield Evidence(2.0, "the card's code calls apply_chat_template", at)
    tags = [tag for tag in card.texts("tags") if tag.lower() in _TRAINER_TAGS]
    if tags:
        yield Evidence(2.5, f"the card is tagged {tags[0]!r}", card.at("tags"))


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 90 else words[:87] + "…"
