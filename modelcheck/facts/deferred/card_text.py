"""The body of a model card: its sections, its code, and the visible text."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.declarations import fact
from modelcheck.facts.model_card import ModelCard
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.records import record

_HEADING = lazy(r"(#{1,6})\s+(.+?)\s*#*\s*$")
_LONGEST = 300
"""Maximum characters of a line that are searched for a heading."""
_WORD = lazy(r"[^\W\d_]+")
_ENGLISH = frozenset("a an and are as at be by can for from has in is it not of on or that the this to we which with you".split())
_SHARE = 12
"""One word in so many is one of these: in English prose it is one in four, in other languages next to none."""
_FENCE = lazy(r"\s*(?:>\s*)?(```+|~~~+)\s*([\w+-]*)")


@record()
class Snippet:
    """A fenced block: its language as written, and the number of its first line of code."""

    line: int
    language: str
    text: str


@record()
class Section:
    """A heading; ``empty`` if no text and no smaller heading follows it."""

    line: int
    level: int
    title: str
    empty: bool


@record()
class CardText:
    """``prose`` are the lines outside code and comments with their numbers."""

    path: str
    prose: tuple[tuple[int, str], ...]
    snippets: tuple[Snippet, ...]
    sections: tuple[Section, ...]

    @property
    def whole(self) -> str:
        """The prose in one piece, in lower case."""
        return "\n".join(line for _, line in self.prose).lower()

    @property
    def english(self) -> bool:
        """Whether the prose is in English: searches for English words do not apply to other languages."""
        words = _WORD.findall(self.whole)
        return sum(word in _ENGLISH for word in words) * _SHARE >= len(words)

    def at(self, line: int) -> Span:
        """A line of the card."""
        return Span(self.path, line)


@fact(cost="files")
def card_text(card: ModelCard) -> CardText:
    """From the card's body."""
    prose = [(number, line) for number, line, code in card.visible() if not code]
    return CardText(card.path, tuple(prose), tuple(_snippets(card)), tuple(_sections(prose)))


def _snippets(card: ModelCard) -> Iterator[Snippet]:
    fence = language = ""
    start, held = 0, list[str]()
    for number, line in card.lines():
        found = _FENCE.match(line)
        if fence and found and found[1].startswith(fence):
            yield Snippet(start, language, "\n".join(held))
            fence = ""
        elif fence:
            held.append(line)
        elif found:
            fence, language, start, held = found[1], found[2].lower(), number + 1, []


def _sections(prose: list[tuple[int, str]]) -> Iterator[Section]:
    heads = [(index, found) for index, (_, line) in enumerate(prose) if (found := _HEADING.match(line[:_LONGEST]))]
    for place, (index, found) in enumerate(heads):
        after, deeper = len(prose), False
        if place + 1 < len(heads):
            after, deeper = heads[place + 1][0], len(heads[place + 1][1][1]) > len(found[1])
        number = prose[index][0]
        below = any(line.strip() for _, line in prose[index + 1 : after])
        # Code is not prose: it leaves a gap in the line numbers.
        code = (prose[after][0] if after < len(prose) else number + 10_000) - number > after - index
        yield Section(number, len(found[1]), found[2], not (below or deeper or code))
