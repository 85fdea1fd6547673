"""Command lines as lists of arguments with their places."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from modelcheck.documents.located import COMMENT, Lines, Located
from modelcheck.documents.yamlfile import Node
from modelcheck.patterns import lazy

_OPERATORS = frozenset(";&|")
SHELLS = frozenset(("sh", "bash", "zsh", "ash", "dash"))
SCRIPT_FLAG = lazy(r"-\w*c")
"""The flag before a script that is one argument: ``-c``, ``-lc``."""


def argv_of(node: Node | None, lines: Lines) -> list[Located]:
    """The arguments in a ``command`` or ``args`` value: a list's elements, or a string split as a shell splits it."""
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


def commands_in(word: Located, lines: Lines) -> Iterator[list[Located]]:
    """The simple commands of a shell script that is one argument, as in ``sh -c "…"``."""
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
    for line in COMMENT.sub("", script).replace("\\\n", " ").split("\n"):
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
