"""Cuts a Go template into text and actions, and an action into tokens."""

from __future__ import annotations

import re

from modelcheck.patterns import lazy
from modelcheck.records import record

_TOKEN = lazy(
    r"(?P<blank>\s+)|(?P<string>\"(?:[^\"\\\n]|\\.)*\")|(?P<raw>`[^`]*`)|(?P<char>'(?:[^'\\\n]|\\.[^'\n]*)')|"
    r"(?P<number>[+-]?(?:0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*)(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?))|"
    r"(?P<field>\.[^\W\d]\w*)|(?P<dot>\.)|(?P<variable>\$\w*)|(?P<word>[^\W\d]\w*)|(?P<sign>:=|[=|(),])"
)
_LEFT = lazy(r"\{\{(?P<trim>-(?=\s))?\s*(?P<comment>/\*)?")
_RIGHT = lazy(r"(?P<trim>\s-)?\}\}")
_END_OF_COMMENT = lazy(r"\*/(?P<trim>\s*-)?\s*\}\}")
LONGEST_ACTION = 20_000


class TemplateError(Exception):
    """A template is invalid, or exceeds a limit. ``offset`` is where."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset


@record(eq=True)
class Token:
    """A token of an action. ``spaced``: a blank is before it."""

    kind: str
    text: str
    start: int
    spaced: bool


@record(eq=True)
class Piece:
    """Text (``tokens`` is None) or an action, from ``start`` to ``end``. Text is without what the actions beside it trim."""

    start: int
    end: int
    tokens: tuple[Token, ...] | None = None


def pieces_of(text: str) -> list[Piece]:
    """The text and the actions of a template, in order, without comments. Raises TemplateError."""
    found, cursor, trimmed = list[Piece](), 0, False
    while True:
        left = _LEFT.search(text, cursor)
        end = left.start() if left else len(text)
        start = cursor + len(text[cursor:end]) - len(text[cursor:end].lstrip()) if trimmed else cursor
        last = start + len(text[start:end].rstrip()) if left and left["trim"] else end
        if start < last:
            found.append(Piece(start, last))
        if left is None:
            return found
        if left["comment"]:
            closed = _END_OF_COMMENT.search(text, left.end())
            if closed is None:
                raise TemplateError("a comment is never closed", left.start())
            cursor, trimmed = closed.end(), closed["trim"] is not None
            continue
        tokens, cursor, trimmed = _action(text, left.end("trim") if left["trim"] else left.start() + 2, left.start())
        found.append(Piece(left.start(), cursor, tokens))


def _action(text: str, start: int, opened: int) -> tuple[tuple[Token, ...], int, bool]:
    """The tokens of an action, where it ends, and whether it trims the text after it."""
    tokens, cursor, spaced = list[Token](), start, False
    while cursor - opened < LONGEST_ACTION:
        right = _RIGHT.match(text, cursor)
        if right:
            return tuple(tokens), right.end(), right["trim"] is not None
        found = _TOKEN.match(text, cursor)
        if found is None:
            raise TemplateError("an action is not closed or holds an unknown character", opened)
        if found.lastgroup == "blank":
            # The last blank may belong to " -}}".
            cursor = found.end() - 1 if text.startswith("-}}", found.end()) else found.end()
            spaced = True
            continue
        tokens.append(Token(found.lastgroup or "", found.group(), cursor, spaced))
        cursor, spaced = found.end(), False
    raise TemplateError("an action is too long", opened)


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "\\": "\\", '"': '"', "'": "'"}
_ESCAPE = lazy(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))")


def unescaped(text: str, start: int) -> str:
    """The value of a string's text between its quotation marks. Raises TemplateError for an unknown escape."""

    def value(found: re.Match[str]) -> str:
        two, four, eight, octal, letter = found.groups()
        number = int(two or four or eight or "0", 16) if octal is None else int(octal, 8)
        if letter is not None:
            if letter not in _ESCAPES:
                raise TemplateError("a string has an unknown escape", start)
            return _ESCAPES[letter]
        if number > 0x10FFFF or 0xD800 <= number < 0xE000:
            raise TemplateError("a string has an invalid escape", start)
        return chr(number)

    return _ESCAPE.sub(value, text) if "\\" in text else text
