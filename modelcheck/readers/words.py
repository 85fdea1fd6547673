"""Command lines as words that know where they stand in the file."""

from __future__ import annotations

import re
import shlex
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from modelcheck.documents.yamlfile import Node
from modelcheck.findings import Span
from modelcheck.patterns import lazy

_COMMENT = lazy(r"(?m)(?:^|(?<=\s))#.*$")
_OPERATORS = frozenset(";&|")
SHELLS = frozenset(("sh", "bash", "zsh", "ash", "dash"))
SCRIPT_FLAG = lazy(r"-\w*c")
"""The flag before a script that is one word: ``-c``, ``-lc``."""


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """One word of a command line, or one value, as its program gets it. ``node`` is the YAML value that it stands in."""

    text: str
    at: Span
    node: Node | None = None

    def behind(self, start: int) -> Word:
        """What stands behind the first ``start`` characters, at a place of its own if the word is written as it is."""
        at = self.at
        written = at.line is not None and at.line == at.end_line and at.column is not None
        if written and at.column is not None and (at.end_column or 0) - at.column == len(self.text):
            at = Span(at.path, at.line, at.column + start, at.end_line, at.end_column)
        return Word(self.text[start:], at, self.node)


class Lines:
    """A file's text, to find words in."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text

    @cached_property
    def _starts(self) -> list[int]:
        """The offset of each line: most files are put aside before anybody asks."""
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and column."""
        return self._starts[min(line, len(self._starts)) - 1] + column - 1

    def span(self, start: int, end: int) -> Span:
        """The span of ``text[start:end]``, which must lie on one line."""
        line = bisect_right(self._starts, start)
        begin = self._starts[line - 1]
        return Span(self.path, line, start - begin + 1, line, end - begin + 1)

    def place(self, node: Node, words: list[str], *, script: bool) -> list[Word]:
        """Find each word of a scalar in the file, in order; one that is written in another way gets the scalar's place."""
        start = self.offset(node.line, node.column)
        end = self.offset(node.end_line, node.end_column)
        raw = self.text[start:end]
        if script:
            raw = _COMMENT.sub(lambda found: " " * len(found.group()), raw)
        cursor, placed = 0, []
        for word in words:
            found = raw.find(word, cursor) if word else -1
            if found < 0 or "\n" in word:
                placed.append(Word(word, node.span, node))
                continue
            cursor = found + len(word)
            placed.append(Word(word, self.span(start + found, start + cursor), node))
        return placed


def words_of(node: Node | None, lines: Lines) -> list[Word]:
    """The words of a ``command`` or ``args`` value: a list's elements, or a string cut as a shell cuts it."""
    if node is None:
        return []
    if node.elements is not None:
        return [
            word
            for element in node.elements
            if element.text is not None
            for word in lines.place(element, [element.text], script=False)
        ]
    if node.text is None:
        return []
    try:
        return lines.place(node, shlex.split(node.text.replace("\\\n", " ")), script=False)
    except ValueError:  # a quote that is never closed
        return lines.place(node, node.text.split(), script=False)


def commands_in(word: Word, lines: Lines) -> Iterator[list[Word]]:
    """The simple commands of a shell script that is one word, as in ``sh -c "…"``."""
    if word.node is None:
        return
    flat: list[str] = []
    sizes: list[int] = []
    for command in split_script(word.text):
        flat += command
        sizes.append(len(command))
    placed = iter(lines.place(word.node, flat, script=True))
    for size in sizes:
        yield [next(placed) for _ in range(size)]


def split_script(script: str) -> Iterator[list[str]]:
    """The simple commands of a shell script, comments dropped and continued lines joined. A quote may span lines."""
    pending = ""
    for line in _COMMENT.sub("", script).replace("\\\n", " ").split("\n"):
        pending = f"{pending}\n{line}" if pending else line
        try:
            tokens = _tokens(pending)
        except ValueError:
            if len(pending) > 20_000:
                pending = ""
            continue
        pending = ""
        command: list[str] = []
        for token in (*tokens, ";"):
            if token and set(token) <= _OPERATORS:
                if command:
                    yield command
                command = []
            else:
                command.append(token)


def _tokens(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=";&|")
    lexer.whitespace_split = True
    lexer.commenters = ""
    return list(lexer)
