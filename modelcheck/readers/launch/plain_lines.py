"""Command lines of files that are no shell: PowerShell, systemd units, Make's variables. A line may continue on the next one."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence

from modelcheck.documents.located import Lines, Located
from modelcheck.findings import Span
from modelcheck.records import record

_LONGEST = 20_000
_OPERATORS = frozenset(";&|")


@record()
class Logical:
    """One line with its continuation lines. ``text`` is as long as those lines are in the file, from ``start``."""

    start: int
    text: str


def logical_lines(text: str, offset: int = 0, *, mark: str = "\\") -> Iterator[Logical]:
    """The logical lines of a text that begins at ``offset`` of its file; ``mark`` at its end continues a line."""
    begin, parts, size = offset, list[str](), 0
    for line in text.splitlines(keepends=True):
        bare = line.rstrip("\r\n")
        size += len(line)
        if bare.endswith(mark) and size < _LONGEST:
            parts.append(bare[:-1] + " " * (len(line) - len(bare) + 1))
            continue
        yield Logical(begin, "".join((*parts, line)))
        begin, parts, size = begin + size, [], 0
    if parts:
        yield Logical(begin, "".join(parts))


def split_line(line: Logical, lines: Lines) -> Iterator[list[Located]]:
    """The commands of a line, each as its words: split at blanks, with quotes. Nothing where a quote is never closed."""
    lexer = shlex.shlex(line.text, posix=True, punctuation_chars=";&|")
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        tokens = [*lexer, ";"]
    except ValueError:
        return
    command: list[str] = []
    commands: list[list[str]] = []
    for token in tokens:
        if token and set(token) <= _OPERATORS:
            commands += [command] if command else []
            command = []
        else:
            command.append(token)
    placed = iter(place_words([word for words in commands for word in words], line, lines))
    for words in commands:
        yield [next(placed) for _ in words]


def place_words(words: Sequence[str], line: Logical, lines: Lines) -> list[Located]:
    """Each word with its place in the line, in order; one with quotes inside gets the place of its longest part."""
    cursor, placed = 0, []
    for word in words:
        found = line.text.find(word, cursor) if word else -1
        length = len(word)
        if found < 0:
            part = max(re.split(r"[=,\s\"']", word), key=len, default="")
            found, length = (line.text.find(part, cursor), len(part)) if part else (-1, 0)
        if found < 0 or "\n" in word:
            at = lines.span(line.start + cursor, line.start + cursor)
            placed.append(Located(word, Span(at.path, at.line)))
            continue
        cursor = found + length
        placed.append(Located(word, lines.span(line.start + found, line.start + cursor)))
    return placed
