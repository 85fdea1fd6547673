"""The instructions of a Dockerfile or an Earthfile, each with its place and its heredocs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from modelcheck.documents.located import Lines, Located
from modelcheck.patterns import lazy
from modelcheck.readers.launch.heredocs import statement_end
from modelcheck.readers.launch.plain_lines import Logical, logical_lines
from modelcheck.records import record

_INSTRUCTION = lazy(
    r"[ \t]*(?P<name>FROM|ENV|ARG|LET|SET|RUN|CMD|ENTRYPOINT|COPY|ADD)[ \t]+(?P<rest>.*)", re.DOTALL | re.IGNORECASE
)


WITH_HEREDOCS = ("RUN", "COPY", "ADD")


@record()
class Instruction:
    """One instruction: ``rest`` is what follows its name, with its place; its heredocs end at ``end``."""

    name: str
    line: Logical
    begin: int
    end: int

    @property
    def rest(self) -> str:
        """What follows the name."""
        return self.line.text[self.begin :]

    @property
    def start(self) -> int:
        """Where ``rest`` begins in the file, in characters."""
        return self.line.start + self.begin


def instructions_of(text: str) -> Iterator[Instruction]:
    """The instructions of a file, in their order."""
    done = 0
    for line in logical_lines(text):
        found = _INSTRUCTION.match(line.text) if line.start >= done else None
        if found is not None:
            name, end = found["name"].upper(), line.start + len(line.text)
            if name in WITH_HEREDOCS and "<<" in line.text:
                done = end = max(end, statement_end(text, line.start))
            yield Instruction(name, line, found.start("rest"), end)


def exec_form(instruction: Instruction, lines: Lines) -> list[Located] | None:
    """The arguments of ``["program", "argument"]``, each with its place; None for the shell form."""
    rest, start = instruction.rest, instruction.start
    try:
        given = json.loads(rest)
    except (ValueError, RecursionError):
        return None
    if not isinstance(given, list) or not all(isinstance(argument, str) for argument in given):
        return None
    cursor, argv = 0, []
    for argument in given:
        written = json.dumps(argument, ensure_ascii=False)
        found = rest.find(written, cursor)
        begin = start + max(found, cursor) + 1
        cursor = found + len(written) if found >= 0 else cursor
        argv.append(Located(argument, lines.span(begin, begin + len(argument))))
    return argv
