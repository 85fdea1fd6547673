"""Shell scripts, Makefiles and PowerShell."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines
from modelcheck.facts.model_use import ModelUse
from modelcheck.readers import Embedded, NeighbourFiles
from modelcheck.readers.launch.embedded import embedded_in_shell
from modelcheck.readers.launch.scripts import COMMAND_MENTIONS, Script, with_named_models
from modelcheck.readers.launch.variables import neighbour_variables
from modelcheck.registry import reader


@reader(
    files=("*.sh", "*.bash", "*.zsh", "*.sbatch", "*.slurm", "makefile", "gnumakefile", "*.mk", "justfile"),
    mentions=(*COMMAND_MENTIONS, "model", "from_pretrained"),
)
def shell(file: TextFile, neighbours: NeighbourFiles) -> Iterator[ModelUse | Embedded]:
    """Every command that starts a server or a trainer; the models that variables name which no command took; files in heredocs."""
    script = Script(Lines(file.path, file.text), "shell", neighbour_variables(neighbours, ".env"))
    yield from with_named_models(script, script.uses())
    yield from embedded_in_shell(script.lines)


@reader(files=("*.ps1",), mentions=COMMAND_MENTIONS)
def powershell(file: TextFile) -> Iterator[ModelUse]:
    """PowerShell continues a line with a backtick."""
    yield from Script(Lines(file.path, file.text), "powershell", mark="`").uses()
