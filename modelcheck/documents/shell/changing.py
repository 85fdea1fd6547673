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
CHANGING = (*_CASES, *_REMOVING, "/", "//", "/#", "/%")
"""Operators that make another text of a value."""
_LONGEST = 500
"""Characters of a value and of a pattern: each beginning or end of the value is compared with the pattern."""
_ESCAPED = lazy(r"\\(.)")
_GLOB = lazy(r"(?<!\\)[*?\[]")
_NOT_FOLLOWED = lazy(r"[?*+@!]\(|[$`]")
"""Extended patterns, and what the grammar takes for text although a shell replaces it."""


def changed(text: Text, operator: str, pattern: str, replacement: str) -> Text | None:
    """A value after one of the operators in ``CHANGING``; None for a pattern that is not followed here.

    What is left of a shortened value keeps its place; a value in which something is replaced has the place of the whole.
    """
    whole = text_of(text)
    if len(whole) > _LONGEST or len(pattern) > _LONGEST or _NOT_FOLLOWED.search(pattern):
        return None
    if operator in _CASES:
        return _respelled(text, _CASES[operator](whole))
    if operator in _REMOVING:
        return _shortened(text, operator, _ESCAPED.sub(r"[\1]", pattern).replace("[^", "[!"))
    if _GLOB.search(pattern):
        return None
    found = _ESCAPED.sub(r"\1", pattern)
    return _respelled(text, _replaced(whole, operator, found, _ESCAPED.sub(r"\1", replacement))) if found else text


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
