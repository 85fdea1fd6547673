"""Makefiles: their variables, and the shell text of their recipes."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines
from modelcheck.documents.shell.sources import undoubled
from modelcheck.facts.model_use import ModelUse
from modelcheck.readers import Embedded, NeighbourFiles
from modelcheck.readers.launch.assignments import shell_assignments
from modelcheck.readers.launch.heredocs import embedded_in_shell
from modelcheck.readers.launch.mentions import COMMAND_MENTIONS
from modelcheck.readers.launch.plain_lines import logical_lines
from modelcheck.readers.launch.scripts import Script, with_named_models
from modelcheck.readers.launch.variables import neighbour_variables, resolve
from modelcheck.registry import reader

_LONGEST = 20_000


@reader(files=("makefile", "gnumakefile", "*.mk", "justfile"), mentions=(*COMMAND_MENTIONS, "model", "from_pretrained"))
def makefile(file: TextFile, neighbours: NeighbourFiles) -> Iterator[ModelUse | Embedded]:
    """Each line of a recipe is a script of its own, in which ``$$`` is the shell's dollar sign and ``$(NAME)`` Make's variable."""
    script = Script(Lines(file.path, file.text), "shell", neighbour_variables(neighbours, ".env"))
    yield from with_named_models(script, _uses(script))
    yield from embedded_in_shell(script.lines)


def _uses(script: Script) -> Iterator[ModelUse]:
    for line in logical_lines(script.lines.text):
        if len(line.text) > _LONGEST or line.text.lstrip()[:1] in ("", "#"):
            continue
        assigned = [] if line.text[0] == "\t" else list(shell_assignments(line.text, line.start, script.lines))
        for one in assigned:
            script.assign(one.name, one.value if one.literal else resolve(one.value, script.variables))
        command = line.text.lstrip(" \t").lstrip("@+-").lstrip(" \t")
        if command and not assigned:
            begin = line.start + len(line.text) - len(command)
            yield from script.uses_of(undoubled(script.lines, begin, command))
