"""What ``${NAME%pattern}``, ``${NAME/a/b}`` and ``${NAME,,}`` make of a value, and ``basename`` and ``dirname`` of a path."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase

from modelcheck.documents.located import Located
from modelcheck.documents.shell.pieces import Piece, Text, assigned, cut, text_of
from modelcheck.documents.shell.sources import Value
from modelcheck.patterns import lazy

_CASES: Mapping[str, Callable[[str], str]] = {
    ",": lambda text: text[:1].lower() + text[1:],
    ",,": str.lower,
    "^": lambda text: text[:1].upper() + text[1:],
    "^^": str.upper,
}
_REMOVING = ("%", "%%", "#", "##")
_PART = ":"
_REPLACING = ("/", "//", "/#", "/%")
CHANGING = (*_CASES, *_REMOVING, *_REPLACING, _PART)
"""Operators that make another text of a value."""
_LONGEST = 500
"""Characters of a value and of a pattern: each beginning or end of the value is compared with the pattern."""
_ESCAPED = lazy(r"\\(.)")
_WITH = lazy(r"(?s)((?:\\.|[^\\/])*)/(.*)")
"""A pattern and what replaces its matches."""
_GLOB = lazy(r"(?<!\\)[*?\[]")
_NOT_FOLLOWED = lazy(r"[?*+@!]\(|[$`]")
"""Extended patterns, and what the grammar takes for text although a shell replaces it."""
_SLICE = lazy(r"\s*(?P<first>\d{1,5}|\s-\d{1,5}|\(\s*-\d{1,5}\s*\))\s*(?::\s*(?P<length>-?\d{1,5})\s*)?")
"""``0:4``, `` -4``: a blank or a bracket tells a negative number from a default."""


def changed(text: Text, operator: str, pattern: str, replacement: str) -> Text | None:
    """A value after one of the operators in ``CHANGING``; None for a pattern that is not followed here.

    What is left of a shortened value keeps its place; a value in which something is replaced has the place of the whole.
    """
    whole = text_of(text)
    if operator in _REPLACING:  # the grammar divides the two at the first slash, also at an escaped one
        parts = _WITH.fullmatch(f"{pattern}/{replacement}")
        pattern, replacement = parts.groups() if parts else (f"{pattern}/{replacement}", "")
    if len(whole) > _LONGEST or len(pattern) > _LONGEST or _NOT_FOLLOWED.search(pattern):
        return None
    if operator == _PART:
        return cut(text, *within) if (part := slice_of(pattern)) and (within := _within(part, len(whole))) else None
    if operator in _CASES:
        return _respelled(text, _CASES[operator](whole))
    if operator in _REMOVING:
        return _shortened(text, operator, _ESCAPED.sub(r"[\1]", pattern).replace("[^", "[!"))
    if _GLOB.search(pattern):
        return None
    found = _ESCAPED.sub(r"\1", pattern)
    return _respelled(text, _replaced(whole, operator, found, _ESCAPED.sub(r"\1", replacement))) if found else text


def slice_of(text: str) -> tuple[int, int | None] | None:
    """The first place and the length in ``${NAME:0:4}`` and ``"${NAME[@]:1}"``; None where they are no plain numbers."""
    found = _SLICE.fullmatch(text)
    if found is None:
        return None
    return int(found["first"].strip("() ")), int(found["length"]) if found["length"] else None


def _within(part: tuple[int, int | None], size: int) -> tuple[int, int] | None:
    """Where a part of a text begins and ends; None where a shell makes it empty or an error of it."""
    first, length = part
    begin = first if first >= 0 else size + first
    end = size if length is None else begin + length if length >= 0 else size + length
    return (begin, min(end, size)) if 0 <= begin < end else None


def _shortened(text: Text, operator: str, pattern: str) -> Text:
    """Without the shortest (``%``, ``#``) or longest (``%%``, ``##``) end or beginning that the pattern matches."""
    whole = text_of(text)
    size, at_end = len(whole), operator[0] == "%"
    lengths = range(size + 1) if len(operator) == 1 else range(size, -1, -1)
    for length in lengths:
        part = whole[size - length :] if at_end else whole[:length]
        if fnmatchcase(part, pattern):
            return cut(text, 0, size - length) if at_end else cut(text, length, size)
    return text


def _replaced(whole: str, operator: str, found: str, by: str) -> str:
    if operator == "/#":
        return by + whole.removeprefix(found) if whole.startswith(found) else whole
    if operator == "/%":
        return whole.removesuffix(found) + by if whole.endswith(found) else whole
    return whole.replace(found, by, -1 if operator == "//" else 1)


def _respelled(text: Text, made: str) -> Text:
    """Another text in the place of a value."""
    if not text or made == text_of(text):
        return text
    at = assigned(text, text[0].at)[0].at
    return (Piece(made, Value(Located(made, at)), 0, len(made)),) if made else ()


def output(program: str, arguments: Sequence[Text]) -> Text | None:
    """What a program prints that only depends on its arguments; None for arguments that are not followed here."""
    texts = list(map(text_of, arguments))
    if program == "echo":
        begin = int(texts[:1] == ["-n"])
        if texts[begin : begin + 1] and texts[begin].startswith("-"):
            return None
        return _with_blanks(arguments[begin:])
    if program == "printf":
        return arguments[1] if texts[:1] in (["%s"], ["%s\\n"]) and len(arguments) == len(("format", "value")) else None
    if not arguments or texts[0].startswith("-"):
        return None
    path = cut(arguments[0], 0, len(texts[0].rstrip("/")))
    folder, slash, name = text_of(path).rpartition("/")
    if program == "dirname":
        return cut(path, 0, len(folder)) if slash else None
    suffix = texts[1] if len(texts) > 1 and texts[1] != name else ""
    end = len(text_of(path)) - (len(suffix) if suffix and name.endswith(suffix) else 0)
    return cut(path, len(folder) + len(slash), end)


def _with_blanks(arguments: Sequence[Text]) -> Text:
    made: list[Piece] = []
    for text in filter(None, arguments):
        if made:
            made.append(Piece(" ", text[0].source, text[0].start, 0))
        made += text
    return tuple(made)
