"""Which model a sentence of a model card is about: this one, or a sibling, its base model, a whole family."""

from __future__ import annotations

import re

from modelcheck.facts.stage_words import StageWord, stage_word, words_of
from modelcheck.patterns import lazy
from modelcheck.records import record

_SELF = lazy(
    r"(this|our|the present) (model|repo|repository|checkpoint|release|model card|version|variant)\b|"
    r"\b(this|it|here) (is|was|has)\b",
    re.I,
)
_TUNED = r"((instruction|instruct|chat|fine|post)[- ]?)+(tuned|trained)|instruct|chat|aligned|assistant"
_BASE = r"(pre-?trained|base|foundation)"
_BASE_WORDS = ("pretrained", "pre-trained", "base", "foundation")
_TUNED_WORDS = ("tuned", "trained", "instruct", "chat", "aligned", "assistant")
_JOIN = r"( (language )?models?)?,? ?(and|&|or|as well as|/) (the )?"
# A sentence about a whole family, with base and instruct models.
_BOTH = lazy(
    rf"\b{_BASE}{_JOIN}({_TUNED})\b|\b({_TUNED}){_JOIN}{_BASE}\b|\b(both|either) (the )?(pre-?trained|base)\b|"
    r"\b(collection|family|series|suite|set) of (\S+ ){0,8}(models|checkpoints|LLMs)\b.{0,200}?\b(pre-?trained|base)\b.{0,200}?"
    r"\b(tuned|chat|instruct)",
    re.I,
    words=_BASE_WORDS,
)
# Another model, by what it is to this one. "The base model" is this one only in the card of a base model.
_RELATIVE = lazy(
    rf"\b({_TUNED}|tuned) (versions?|variants?|siblings?|counterparts?|models? (is|are) (also )?available)\b",
    re.I,
    words=_TUNED_WORDS,
)
_PARENT = lazy(
    r"\b(the|its|their|his|original|underlying|that|corresponding) (\S+ )?(pre-?trained|base|foundation) "
    r"(language |llm |chat )?(model|llm|checkpoint|version|weights)\b|"
    r"\b(compared|relative|similar|identical) (to|with) (the|its) base\b|"
    r"\bbase models?( (is|are|was|were|can|should|may|for|used)\b|:)",
    re.I,
    words=_BASE_WORDS,
)
_POINTS = lazy(
    r"\b(see|check out|looking for|refer to|try|also (released?|available|provide|publish)|available (here|at|as)|can be found|"
    r"released? (the|an?)|instead|please use|recommend using|we (also )?(release|provide|offer|open[- ]?source))\b|"
    r"\b(version|variant)s?\b.{0,20}(:|here)",
    re.I,
)
_NAMED = lazy(
    r"\W*(?:we (?:\w+ ){1,3}?)?(?:the |our )?\W*(?P<name>[A-Za-z][\w.]*(?:[-_ ][\w.]+){0,7}?)(?: models?)?"
    r"(?:, | ?: | (?:is|are|was|were|has|have|uses?)\b)",
    re.I,
)
_MODEL_NAME = lazy(r"[A-Za-z]\S*\d|\b[A-Za-z]\w*-[A-Z]\w*|\b\d+(\.\d+)?[BbMm]\b")
_NUMBERED = lazy(r"[A-Za-z]\w+ \d")
_OF_A_MODEL = lazy(r"\b(models?|versions?|variants?|checkpoints?|results?|evaluations?|performance|benchmarks?|scores?)\b", re.I)
_REPOSITORY = lazy(
    r"(?:huggingface\.co|hf\.co|modelscope\.cn/models)/(?!datasets/|spaces/|papers/|docs/|collections/)(?P<id>[\w.-]+/[\w.-]+)|"
    r"^(?:\.\./|/)(?P<other>[\w.-]+)$"
)


@record()
class Self:
    """What is known of the model itself: the words of its names, and the stage that a name or the card's title says."""

    words: frozenset[str]
    stage: StageWord | None

    @property
    def side(self) -> str | None:
        """base, instruct, or None if no name says so."""
        return None if self.stage is None else side(self.stage)


def self_of(name: str, title: str) -> Self:
    """From the checkpoint's name and the title of its card. The name decides if it contains a stage."""
    named = [one for one in (name, title) if is_named(one)]
    return Self(frozenset(word for one in named for word in words_of(one)), stage_word(name) or stage_word(title))


def side(stage: StageWord) -> str | None:
    """The side of a stage that is written out, None for all others."""
    if not stage.explicit:
        return None
    return "base" if stage.kind in ("base", "instruct-then-base") else "instruct"


def about_another(text: str, heading: str, level: int, links: tuple[str, ...], own: Self) -> bool:
    """Whether a sentence is about another model than its card's, or about several."""
    if level == 1:
        return False
    if _BOTH.search(text):
        return True
    if not level and _OF_A_MODEL.search(heading) and _other_side(heading, own):
        return True
    if _SELF.search(text):
        return False
    if _RELATIVE.search(text) or (own.side != "base" and _PARENT.search(text)):
        return True
    return _leads_elsewhere(text, links, own) or _names_another(text, own)


def is_named(text: str) -> bool:
    """Whether a title contains the name of a model: with digits, a size, or words joined by hyphens."""
    return _MODEL_NAME.search(text) is not None or _NUMBERED.search(text) is not None


def subject(text: str) -> str:
    """The model's name with which a sentence begins, "" if it begins otherwise."""
    found = _NAMED.match(text)
    return found["name"] if found and _MODEL_NAME.search(found["name"]) else ""


def _leads_elsewhere(text: str, links: tuple[str, ...], own: Self) -> bool:
    others = (found["id"] or found["other"] for link in links if (found := _REPOSITORY.search(link)))
    return any(not set(words_of(other.rpartition("/")[2])) <= own.words for other in others) and _POINTS.search(text) is not None


def _names_another(text: str, own: Self) -> bool:
    """Whether the sentence begins with the name of another model: one that this one's names do not contain, or of another stage.

    A name without this one's stage is that of the family, or of its base model.
    """
    found = _NAMED.match(text)
    words = set(words_of(found["name"])) if found else set()
    if not found or not own.words or not (_MODEL_NAME.search(found["name"]) or words & own.words):
        return False
    return not words <= own.words or _side_of(found["name"]) != own.side


def _other_side(name: str, own: Self) -> bool:
    """Whether a heading has a stage, and this model's names, if it has any, do not have the same."""
    return _side_of(name) not in (None, own.side) and bool(own.words)


def _side_of(name: str) -> str | None:
    stage = stage_word(name)
    return side(stage) if stage else None
