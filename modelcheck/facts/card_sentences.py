"""The sentences of a model card, without their markup: of its prose, headings, lists and tables."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.declarations import fact
from modelcheck.facts.card_blocks import LONGEST, blocks, plain
from modelcheck.facts.card_subject import about_another, is_named, self_of, subject
from modelcheck.facts.checkpoint_name import CheckpointName
from modelcheck.facts.model_card import ModelCard
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.records import record, replace

# Also the full stops of Chinese and Japanese, which no space follows.
_END = lazy(r"(?<=[.!?])\s+|(?<=[。！？])")
_HEADING = lazy(r"\s{0,3}(?P<level>#{1,6})\s+(?P<title>.+?)\s*#*\s*$")


@record()
class CardSentence:
    """``line`` is the line of the card on which it begins; ``links`` are the addresses that it links to.

    ``heading`` is the heading above it, "" before the first; ``level`` is 1 to 6 for a heading and 0 for other text.
    ``about_another`` is set if it is about a sibling, the base model or a whole family.
    """

    text: str
    line: int
    heading: str = ""
    level: int = 0
    links: tuple[str, ...] = ()
    about_another: bool = False


@record()
class CardSentences:
    """The first sentences of a card, in their order."""

    path: str
    sentences: tuple[CardSentence, ...]

    @property
    def title(self) -> str:
        """The first heading of the first level, "" if there is none."""
        return next((one.text for one in self.sentences if one.level == 1), "")

    def at(self, sentence: CardSentence) -> Span:
        """The place of a sentence."""
        return Span(self.path, sentence.line, 1)


@fact(cost="files")
def card_sentences(card: ModelCard, name: CheckpointName | None) -> CardSentences:
    """From the first lines of the card's body. The cells of a table's row are one sentence, joined by colons."""
    sentences = tuple(_sentences(card))
    found = CardSentences(card.path, sentences)
    chosen = name.name if name is not None and (name.is_id or name.stage is not None) else ""
    own = self_of(
        chosen, found.title if is_named(found.title) else next(filter(None, (subject(one.text) for one in sentences)), "")
    )
    return CardSentences(
        card.path,
        tuple(replace(one, about_another=about_another(one.text, one.heading, one.level, one.links, own)) for one in sentences),
    )


def _sentences(card: ModelCard) -> Iterator[CardSentence]:
    heading = ""
    for block in blocks(card):
        number, first = block[0]
        found = _HEADING.match(first)
        if found:
            heading = plain(found["title"])[0]
            yield CardSentence(heading, number, heading, len(found["level"]))
            continue
        starts, text, links = list[int](), "", list[str]()
        for _, line in block:
            words, to = plain(line)
            starts.append(len(text))
            text += f"{words} "
            links += to
        start = 0
        for sentence in _END.split(text):
            line_of = sum(begin <= start + len(sentence) - len(sentence.lstrip()) for begin in starts) - 1
            if sentence.strip():
                yield CardSentence(sentence.strip()[:LONGEST], block[line_of][0], heading, 0, tuple(links))
            start = text.find(sentence, start) + len(sentence)
