"""Scripts of the fish shell, line by line: its variables and the commands that it starts; blocks are not followed."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.declarations import reader
from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers.launch.mentions import COMMAND_MENTIONS
from modelcheck.readers.launch.plain_lines import Logical, logical_lines
from modelcheck.readers.launch.scripts import Script, with_named_models

_SET = lazy(
    r"(?:set[ \t]+-q[ \t]+\S+[ \t]*(?:;|\|\|)[ \t]*(?:or[ \t]+)?)?set[ \t]+(?:-\w+[ \t]+|--\w+[ \t]+)*(?P<name>[A-Za-z_]\w*)"
    r"[ \t]+(?P<quote>[\"']?)(?P<value>[^\s\"';]+)(?P=quote)[ \t]*(?:#.*)?\s*$"
)
_WORDS = lazy(r"[ \t]*(?:(?:if|else|while|and|or|not|begin|;)[ \t]+)*")
"""Words of the language before a command."""
_LONGEST = 20_000


@reader(files=("*.fish",), mentions=(*COMMAND_MENTIONS, "model"))
def fish(file: TextFile) -> Iterator[ModelUse]:
    """Every line that starts a server or a trainer, and the models that variables name."""
    script = Script(Lines(file.path, file.text), "fish")
    yield from with_named_models(script, _uses(script))


def _uses(script: Script) -> Iterator[ModelUse]:
    for line in logical_lines(script.lines.text):
        words = _WORDS.match(line.text)
        begin = words.end() if words else 0
        command = Logical(line.start + begin, line.text[begin:])
        if len(command.text) > _LONGEST or command.text.startswith("#"):
            continue
        assigned = _SET.match(command.text)
        if assigned:
            script.assign(assigned["name"], script.lines.group(assigned, "value", command.start))
        else:
            yield from script.uses(command.start, command.start + len(command.text))
