"""Shell scripts, with the variables of the files that they source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines, Located
from modelcheck.documents.shell.following import Follower
from modelcheck.documents.shell.sources import FileSlice
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers import Embedded, NeighbourFiles
from modelcheck.readers.filled import Filled
from modelcheck.readers.launch.heredocs import embedded_in_shell
from modelcheck.readers.launch.mentions import COMMAND_MENTIONS
from modelcheck.readers.launch.scripts import Script, with_named_models
from modelcheck.readers.launch.variables import neighbour_variables
from modelcheck.registry import reader

_LONGEST_PATH = 400
_OWN_FOLDER = lazy(
    r"^\"?(?:\$\((?:cd[^()]*)?(?:\$\()?\"?(?:dirname|readlink|realpath)[^()]*\)?[^()]*\)|\$\{(?:0|BASH_SOURCE)[^{}]*\}|"
    r"\$\{?(?:\w*(?:DIR|dir)|(?:\w*_)?(?:HERE|here))\}?)\"?/"
)
"""How a script names its own folder: ``$(dirname "$0")/``, ``${BASH_SOURCE%/*}/``, ``$SCRIPT_DIR/``."""


@reader(
    files=("*.sh", "*.bash", "*.zsh", "*.ksh", "*.sbatch", "*.slurm", "*.bats"),
    mentions=(*COMMAND_MENTIONS, "model", "from_pretrained"),
)
def shell(file: TextFile, neighbours: NeighbourFiles) -> Iterator[ModelUse | Embedded | Filled]:
    """Every command that starts a server or a trainer; the models that variables name which no command took; files in heredocs."""
    variables = neighbour_variables(neighbours, ".env")
    script = Script(Lines(file.path, file.text), "shell", variables, load=lambda path: sourced(path, neighbours))
    yield from with_named_models(script, script.uses())
    yield from embedded_in_shell(script.lines, variables=script.variables)


def sourced(path: str, neighbours: NeighbourFiles) -> Mapping[str, Located]:
    """The variables that a file sets, each with its place in that file; none if it is missing or outside of the tree."""
    own = _OWN_FOLDER.sub("", path[:_LONGEST_PATH])  # of the script, whatever the expression for it
    text = None if "$" in own else neighbours.text(own)
    if text is None and own == path and "$" not in path:  # a path from the folder that it is run in
        above = [f"{'../' * steps}{path}" for steps in range(1, 4)]
        own = next((one for one in above if neighbours.text(one) is not None), own)
        text = neighbours.text(own)
    if text is None:
        return {}
    follower = Follower({}, lambda _: False)
    for _ in follower.follow(FileSlice(Lines(neighbours.shown(own), text), 0, text)):
        pass
    return follower.environment.located(-1)
