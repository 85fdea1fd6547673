"""PowerShell scripts."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.documents import TextFile
from modelcheck.documents.located import COMMENT, Lines, Located
from modelcheck.documents.shell.calls import Started
from modelcheck.facts.model_use import ModelUse
from modelcheck.readers.launch.assignments import shell_assignments
from modelcheck.readers.launch.commands import CommandReader
from modelcheck.readers.launch.engines import CHAT_ROUTE
from modelcheck.readers.launch.mentions import COMMAND_MENTIONS, may_start
from modelcheck.readers.launch.plain_lines import logical_lines, split_line
from modelcheck.readers.launch.variables import resolve
from modelcheck.registry import reader

_MOST = 3_000
_LONGEST = 20_000


@reader(files=("*.ps1",), mentions=COMMAND_MENTIONS)
def powershell(file: TextFile) -> Iterator[ModelUse]:
    """Its commands, line by line: PowerShell continues a line with a backtick, and is no shell otherwise."""
    lines = Lines(file.path, file.text)
    commands = CommandReader(lines, "powershell")
    variables: dict[str, Located] = {}
    text = COMMENT.sub(lambda found: " " * len(found.group()), file.text)
    count = 0
    for line in logical_lines(text, mark="`"):
        if len(line.text) > _LONGEST or count >= _MOST:
            continue
        for one in shell_assignments(line.text, line.start, lines):
            variables[one.name] = one.value if one.literal else resolve(one.value, variables)
        if may_start(line.text) or "docker" in line.text:
            count += 1
            for argv in split_line(line, lines):
                commands.read(Started([resolve(one, variables) if one.text[:1] == "$" else one for one in argv], dict(variables)))
    yield from commands.uses(requested=f"localhost{CHAT_ROUTE}" in text)
