"""PowerShell scripts, and batch files of Windows."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.declarations import reader
from modelcheck.documents import TextFile
from modelcheck.documents.located import COMMENT, Lines, Located
from modelcheck.documents.shell.calls import Started
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers.launch.assignments import shell_assignments
from modelcheck.readers.launch.commands import CommandReader
from modelcheck.readers.launch.engines import CHAT_ROUTE
from modelcheck.readers.launch.mentions import COMMAND_MENTIONS, may_start
from modelcheck.readers.launch.plain_lines import logical_lines, split_line
from modelcheck.readers.launch.variables import resolve
from modelcheck.records import replace

_PERCENT = lazy(r"%(\w+)%")
_MOST = 3_000
_LONGEST = 20_000


@reader(files=("*.ps1", "*.bat", "*.cmd"), mentions=COMMAND_MENTIONS)
def powershell(file: TextFile) -> Iterator[ModelUse]:
    """Its commands, line by line: PowerShell continues a line with a backtick, a batch file with ``^``; they are no shell."""
    lines = Lines(file.path, file.text)
    batch = not file.path.lower().endswith(".ps1")
    commands = CommandReader(lines, "batch" if batch else "powershell")
    variables: dict[str, Located] = {}
    text = COMMENT.sub(lambda found: " " * len(found.group()), file.text)
    count = 0
    for line in logical_lines(text, mark="^" if batch else "`"):
        if len(line.text) > _LONGEST or count >= _MOST:
            continue
        for one in shell_assignments(line.text, line.start, lines):
            variables[one.name] = one.value if one.literal else resolve(one.value, variables)
        if may_start(line.text) or "docker" in line.text:
            count += 1
            for argv in split_line(line, lines):
                words = [replace(one, text=_PERCENT.sub(r"${\1}", one.text)) for one in argv] if batch else argv
                commands.read(Started([resolve(one, variables) if one.text[:1] == "$" else one for one in words], dict(variables)))
    yield from commands.uses(requested=f"localhost{CHAT_ROUTE}" in text)
