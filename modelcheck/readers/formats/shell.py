"""Shell scripts, with the variables of the files that they source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from modelcheck.declarations import reader
from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines, Located
from modelcheck.documents.shell.following import Follower
from modelcheck.documents.shell.sources import FileSlice
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers import Embedded, NeighbourFiles
from modelcheck.readers.filled import Filled
from modelcheck.readers.launch.envsubst import filled_templates
from modelcheck.readers.launch.heredocs import embedded_in_shell
from modelcheck.readers.launch.mentions import COMMAND_MENTIONS
from modelcheck.readers.launch.scripts import Script, with_named_models
from modelcheck.readers.launch.variables import neighbour_variables

_LONGEST_PATH = 400
_OWN_FOLDER = lazy(
    r"^\"?(?:\$\((?:cd[^()]*)?(?:\$\()?\"?(?:dirname|readlink|realpath)[^()]*\)?[^()]*\)|\$\{(?:0|BASH_SOURCE)[^{}]*\}|"
    r"\$\{?(?:\w*(?:DIR|dir)|(?:\w*_)?(?:HERE|here))\}?)\"?/"
)
"""How a script names its own folder: ``$(dirname "$0")/``, ``${BASH_SOURCE%/*}/``, ``$SCRIPT_DIR/``."""


@reader(
    files=("*.sh", "*.bash", "*.zsh", "*.ksh", "*.sbatch", "*.slurm", "*.bats"),
    mentions=(*COMMAND_MENTIONS, "model", "from_pretrained", "envsubst"),
)
def shell(file: TextFile, neighbours: NeighbourFiles) -> Iterator[ModelUse | Embedded | Filled]:
    """Every command that starts a server or a trainer; the models that variables name which no command took; files in heredocs, or
    that envsubst fills."""
    variables = neighbour_variables(neighbours, ".env")
    script = Script(
        Lines(file.path, file.text), "shell", variables, load=partial(sourced, neighbours), open_=partial(_opened, neighbours)
    )
    yield from with_named_models(script, script.uses())
    yield from embedded_in_shell(script.lines, variables=script.variables)
    source = FileSlice(script.lines, 0, file.text)
    yield from filled_templates(source, neighbours, script.variables, partial(named_by_script, neighbours))


def sourced(neighbours: NeighbourFiles, path: str) -> Mapping[str, Located]:
    """The variables that a file sets, each with its place in that file; none if it is missing or outside of the tree."""
    source = _opened(neighbours, path)
    follower = Follower({}, lambda _: False)
    for _ in follower.follow(source) if source is not None else ():
        pass
    return follower.environment.located(-1)


def _opened(neighbours: NeighbourFiles, path: str) -> FileSlice | None:
    """The text of a file by the path that a script has for it; None if it is missing or outside of the tree."""
    own = named_by_script(neighbours, path)
    text = None if own is None else neighbours.text(own)
    return None if own is None or text is None else FileSlice(Lines(neighbours.shown(own), text), 0, text)


def named_by_script(neighbours: NeighbourFiles, path: str) -> str | None:
    """The path from the scanned file of a file that a script names; None if there is none in the tree."""
    own = _OWN_FOLDER.sub("", path[:_LONGEST_PATH])  # of the script, whatever the expression for it
    # A path without a variable may be one from the folder that the script is run in.
    above = [f"{'../' * steps}{path}" for steps in range(1, 4)] if own == path and "$" not in path else []
    return next((one for one in (own, *above) if "$" not in one and neighbours.text(one) is not None), None)
