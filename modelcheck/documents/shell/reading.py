"""What ``read`` gives its variables: the fields of each line of a heredoc, a here-string or a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from modelcheck.documents.shell.environment import Environment, Values, is_settled, single
from modelcheck.documents.shell.expansion import Expansion
from modelcheck.documents.shell.pieces import Piece, Text, cut, text_of
from modelcheck.documents.shell.sources import Source
from modelcheck.documents.shell.syntax import Heredoc, Read, Word
from modelcheck.patterns import lazy
from modelcheck.records import replace

_MOST_LINES = 200
_LONGEST = 20_000
_LINE = lazy(r"[^\n]+")


def read_values(one: Read, source: Source, environment: Environment, file: Source | None) -> Iterator[tuple[str, Values]]:
    """Each variable with its values, one for each line, or with the lines as the elements of its only value.

    ``file`` is that of ``done < file``, None where it is not known.
    """
    if one.array:
        elements = tuple(list(_lines(one, source, environment, file))[:_MOST_LINES])
        yield one.names[0], (elements,) if elements else ()
        return
    rows = [_fields(line, one) for line in list(_lines(one, source, environment, file))[:_MOST_LINES]]
    for place, name in enumerate(one.names):
        missing = (Piece(f"${name}", source, 0, 0, known=False),)  # a value for each line keeps those of one line together
        yield name, tuple(single(row[place] if place < len(row) else missing) for row in rows)


def _lines(one: Read, source: Source, environment: Environment, file: Source | None) -> Iterator[Text]:
    """The lines that hold something but a comment."""
    given = one.given
    texts: list[Text]
    if one.from_file:
        texts = [(Piece(file.text[:_LONGEST], file, 0, len(file.text[:_LONGEST])),)] if file is not None else []
    elif isinstance(given, Heredoc):
        body = source.text[given.start : min(given.end, given.start + _LONGEST)]
        texts = [(Piece(body, source, given.start, len(body)),)]
    else:
        texts = [Expansion(source, environment).text(given)]
    for text in texts:
        whole = text_of(text)
        for found in _LINE.finditer(whole):
            line = _marked(cut(text, found.start(), found.end()), literal=one.from_file or _is_quoted(given))
            written = text_of(line).strip()
            if written and not written.startswith("#"):
                yield line


def _is_quoted(given: Heredoc | Word) -> bool:
    return isinstance(given, Heredoc) and given.quoted


def _marked(line: Text, *, literal: bool) -> Text:
    """A line, of which only a shell knows the parts that contain a variable."""
    return line if literal else tuple(replace(piece, known=piece.known and is_settled(piece.text)) for piece in line)


def _fields(line: Text, one: Read) -> Sequence[Text]:
    """A line's fields; the last variable gets what is left."""
    whole = text_of(line)
    separators = one.separators
    blank = not separators.strip()
    fields: list[Text] = []
    start = len(whole) - len(whole.lstrip()) if blank else 0
    pattern = re.compile(r"\s+" if blank else rf"[{re.escape(separators)}]")
    for found in pattern.finditer(whole, start) if len(one.names) > 1 else ():
        if len(fields) == len(one.names) - 1:
            break
        fields.append(cut(line, start, found.start()))
        start = found.end()
    fields.append(cut(line, start, len(whole.rstrip())))
    return [field for field in fields if field] if blank else [field or () for field in fields]
