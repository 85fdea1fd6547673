"""Makefiles: their variables, and the shell text of their recipes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import partial

from modelcheck.declarations import reader
from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines, Located
from modelcheck.documents.shell.sources import undoubled
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers import Embedded, NeighbourFiles
from modelcheck.readers.filled import Filled
from modelcheck.readers.formats.shell import named_by_script
from modelcheck.readers.launch.assignments import Assignment, shell_assignments
from modelcheck.readers.launch.envsubst import filled_templates
from modelcheck.readers.launch.heredocs import embedded_in_shell
from modelcheck.readers.launch.mentions import COMMAND_MENTIONS
from modelcheck.readers.launch.plain_lines import logical_lines
from modelcheck.readers.launch.scripts import Script, with_named_models
from modelcheck.readers.launch.variables import UNPLACED, neighbour_variables, resolve

_LONGEST = 20_000
_MOST_INCLUDED = 50
_INCLUDE = lazy(r"(?:-|s)?include[ \t]+(?P<paths>[^#\n]+)|import[ \t]+['\"](?P<path>[^'\"\n]+)['\"]")
_RECIPE = lazy(r"@?[\w-]+(?:[ \t]+[*+$]?\w+(?:=(?:'[^'\n]*'|\"[^\"\n]*\"|[^\s'\":]+))?)+[ \t]*:(?!=)")
_PARAMETER = lazy(r"(?<=[ \t*+$])(?P<name>\w+)=(?P<quote>['\"])(?P<value>[^'\"\n]*)(?P=quote)")


@reader(files=("makefile", "gnumakefile", "*.mk", "justfile"), mentions=(*COMMAND_MENTIONS, "model", "from_pretrained", "envsubst"))
def makefile(file: TextFile, neighbours: NeighbourFiles) -> Iterator[ModelUse | Embedded | Filled]:
    """Each line of a recipe is a script of its own, in which ``$$`` is the shell's dollar sign and ``$(NAME)`` Make's variable.

    A recipe runs when all files are read, so a variable has the value that it is given last, in whichever file.
    """
    script = Script(Lines(file.path, file.text), "shell", neighbour_variables(neighbours, ".env"))
    commands = list(_commands(script, script.lines, neighbours, {script.lines.path}))
    sources = [undoubled(script.lines, start, command) for start, command in commands]
    yield from with_named_models(script, (use for source in sources for use in script.uses_of(source)))
    yield from embedded_in_shell(script.lines)
    for source in sources:
        yield from filled_templates(source, neighbours, script.variables, partial(named_by_script, neighbours))


def _commands(script: Script, lines: Lines, neighbours: NeighbourFiles, read: set[str]) -> Iterator[tuple[int, str]]:
    """The commands of a file's recipes, each with its offset; sets the variables of the file and of those that it includes."""
    for line in logical_lines(lines.text):
        if len(line.text) > _LONGEST or line.text.lstrip()[:1] in ("", "#"):
            continue
        included = None if line.text[0].isspace() else _INCLUDE.match(line.text)
        if included:
            for path in (included["paths"] or included["path"]).split():
                _include(resolve(Located(path, UNPLACED), script.variables).text, script, neighbours, read)
            continue
        assigned = [] if line.text[0] == "\t" else list(shell_assignments(line.text, line.start, lines))
        if not assigned and not line.text[0].isspace():
            assigned = list(_parameters(line.text, line.start, lines))
        for one in assigned:
            script.assign(one.name, one.value if one.literal else resolve(one.value, script.variables))
        command = line.text.lstrip(" \t").lstrip("@+-").lstrip(" \t")
        if command and not assigned:
            yield line.start + len(line.text) - len(command), command


def _include(path: str, script: Script, neighbours: NeighbourFiles, read: set[str]) -> None:
    """Set the variables of an included file, each file once."""
    text, shown = neighbours.text(path), neighbours.shown(path)
    if text is not None and shown not in read and len(read) < _MOST_INCLUDED:
        read.add(shown)
        deque(_commands(script, Lines(shown, text), neighbours, read), maxlen=0)


def _parameters(line: str, start: int, lines: Lines) -> Iterator[Assignment]:
    """The parameters of a just recipe with their defaults: ``serve model="org/name" port="8000":``."""
    head = _RECIPE.match(line)
    for found in _PARAMETER.finditer(line, 0, head.end()) if head else ():
        yield Assignment(found["name"], lines.group(found, "value", start), literal=True)
