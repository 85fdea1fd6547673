"""PM2's ecosystem files: ``script`` and ``args`` of each app are one command line."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from itertools import islice

from modelcheck.declarations import reader
from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines, Located
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers.launch.containers import Container, uses_of_container
from modelcheck.readers.launch.mentions import COMMAND_MENTIONS
from modelcheck.readers.launch.plain_lines import Logical, place_words

_LONGEST = 2**18
_MOST = 100
_FURTHEST = 10_000
"""Characters of one app before and after its arguments."""
_LITERAL = r"(?P<quote>[\"'`])(?P<text>[^\"'`\n\\]{1,4000})(?P=quote)"
_ARGUMENTS = lazy(rf"\bargs[\"']?[ \t]*:[ \t\r\n]*(?:{_LITERAL}|\[(?P<list>[^\[\]]{{1,4000}})\])")
_WORD = lazy(_LITERAL)
_PROGRAM = lazy(rf"\b(?P<key>script|interpreter)[\"']?[ \t]*:[ \t]*{_LITERAL}")


@reader(files=("*.config.js", "*.config.cjs", "*.config.mjs", "pm2*.js", "pm2*.cjs"), mentions=COMMAND_MENTIONS)
def pm2(file: TextFile) -> Iterator[ModelUse]:
    """The command of each app, with its arguments as a text or as a list."""
    if len(file.text) > _LONGEST or "apps" not in file.text:
        return
    lines = Lines(file.path, file.text)
    for found in islice(_ARGUMENTS.finditer(file.text), _MOST):
        if found["list"] is not None:
            argv = [lines.group(one, "text", found.start("list")) for one in _WORD.finditer(found["list"])]
        else:
            try:
                words = shlex.split(found["text"])
            except ValueError:
                continue
            argv = place_words(words, Logical(found.start("text"), found["text"]), lines)
        container = Container([*_program(lines, found.start(), found.end()), *argv], entrypoint=True, complete=False)
        yield from uses_of_container(container, "pm2", lines)


def _program(lines: Lines, start: int, end: int) -> list[Located]:
    """The interpreter and the script of the app around its arguments."""
    begin, close = _edge(lines.text, start, -1), _edge(lines.text, end, 1)
    given = {one["key"]: lines.group(one, "text", begin) for one in _PROGRAM.finditer(lines.text[begin:close])}
    found = [given.get("interpreter"), given.get("script")]
    return [one for one in found if one is not None and one.text != "none"]


def _edge(text: str, place: int, step: int) -> int:
    """Where the object that contains a place begins or ends."""
    depth, opening = 0, "}{"[step < 0]
    for at in range(place - (step < 0), max(0, place - _FURTHEST) if step < 0 else min(len(text), place + _FURTHEST), step):
        if text[at] == opening:
            if depth == 0:
                return at
            depth -= 1
        elif text[at] in "{}":
            depth += 1
    return place
