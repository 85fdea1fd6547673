"""Strings that are put together of pieces, each written somewhere: ``--model=$MODEL`` is written in two places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from modelcheck.documents.located import Located
from modelcheck.documents.shell.sources import Source
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.records import record, replace

_BLANKS_OR_NOT = lazy(r"\s+|\S+")
_FEW = 2
_ALL = lazy(r"(?s).+")


@record()
class Piece:
    """A text that is written at ``start`` of its source, over ``width`` characters: more than it has where it is escaped.

    One that is not ``known`` is a variable or a command as it is written.
    """

    text: str
    source: Source
    start: int
    width: int
    known: bool = True

    def cut(self, start: int, end: int) -> Piece:
        """``text[start:end]``."""
        if self.width != len(self.text):
            return replace(self, text=self.text[start:end])
        return Piece(self.text[start:end], self.source, self.start + start, end - start, self.known)

    @property
    def at(self) -> Span:
        """Its place in its file."""
        return self.source.span(self.start, self.start + self.width)


Text = tuple[Piece, ...]
"""One string."""
Fields = tuple[Text, ...]
"""An array, or a single string as its only element."""


@record()
class Joined(Located):
    """A text of several pieces. What comes after a piece has its own place: the model in ``--model=$MODEL``."""

    pieces: Text = ()

    def after(self, start: int) -> Located:
        """The text after its first ``start`` characters."""
        if text_of(self.pieces) != self.text:
            return Located(self.text[start:], self.at, self.node)
        rest = cut(self.pieces, start, len(self.text))
        return located(rest, rest[0].at, self.used_at) if rest else Located("", self.at, self.node)


def text_of(pieces: Text) -> str:
    """The whole string."""
    return "".join(piece.text for piece in pieces)


def located(pieces: Text, at: Span, used_at: Span | None = None) -> Located:
    """The string with its place; ``at`` is that of a string of several pieces, and where one that is written elsewhere is used."""
    used_at = used_at or at
    if len(pieces) == 1:
        within, own = within_assembled(pieces[0]), pieces[0].at
        used_at = None if (used_at.path, used_at.line) == (own.path, own.line) else used_at
        if len(within) == 1:
            return Located(pieces[0].text, own, used_at=used_at)
        return Joined(pieces[0].text, own, used_at=used_at, pieces=within)
    return Joined(text_of(pieces), at, used_at=used_at, pieces=pieces)


def cut(pieces: Text, start: int, end: int) -> Text:
    """The characters from ``start`` to ``end``."""
    kept, offset = [], 0
    for piece in pieces:
        size = len(piece.text)
        low, high = max(start - offset, 0), min(end - offset, size)
        if low < high:
            kept.append(piece if (low, high) == (0, size) else piece.cut(low, high))
        offset += size
    return tuple(kept)


def split_at_blanks(pieces: Text) -> Iterator[tuple[Text, bool, bool]]:
    """The words of a string, each with whether a blank comes before and after it; a string of blanks is one empty word."""
    word: list[Piece] = []
    before = False
    for piece in pieces:
        offset = 0
        for found in (_BLANKS_OR_NOT if piece.known and "{{" not in piece.text else _ALL).finditer(piece.text):
            part, end = found.group(), found.end()
            if not (piece.known and part.isspace()):
                word.append(piece.cut(offset, end))
            elif word:
                yield tuple(word), before, True
                word, before = [], True
            else:
                before = True
            offset = end
    if word or before:
        yield tuple(word), before, False


class Assembled:
    """A string of pieces as a source of its own: the script in ``bash -c "vllm serve $MODEL"``, or an assigned value.

    ``at`` is the place of what is of several pieces; None: the line of the first of them.
    """

    def __init__(self, pieces: Text, at: Span | None = None) -> None:
        self.text = text_of(pieces)
        self.pieces = pieces
        self._at = at

    def span(self, start: int, end: int) -> Span:
        """The place of the piece that contains it, or of all."""
        pieces: Sequence[Piece] = cut(self.pieces, start, max(end, start + 1)) or self.pieces[-1:]
        at = pieces[0].at
        return at if len(pieces) == 1 else self._at or Span(at.path, at.line)

    def written(self, start: int, end: int) -> str:
        """Its text."""
        return self.text[start:end]


def within_assembled(piece: Piece) -> Text:
    """The pieces that a piece of an assembled string consists of; itself if it is of no such string."""
    if not isinstance(piece.source, Assembled) or piece.width != len(piece.text):
        return (piece,)
    return cut(piece.source.pieces, piece.start, piece.start + piece.width)


def flat(pieces: Text) -> Text:
    """The pieces, with those of assembled strings in the place of these."""
    return tuple(part for piece in pieces for part in within_assembled(piece))


def assigned(pieces: Text, at: Span) -> Text:
    """A value as one piece, whose place is ``at``, if all of it is known."""
    if len(pieces) < _FEW or not all(piece.known for piece in pieces):
        return pieces
    source = Assembled(flat(pieces), at)
    return (Piece(source.text, source, 0, len(source.text)),)
