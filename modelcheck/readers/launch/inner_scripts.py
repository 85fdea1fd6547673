"""Scripts that are one argument of a container or process: ``sh -c "…"``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from modelcheck.documents.located import Lines, Located
from modelcheck.documents.shell.calls import script_place
from modelcheck.documents.shell.following import Follower
from modelcheck.documents.shell.pieces import Assembled, Joined
from modelcheck.documents.shell.sources import Source, Value, of_scalar
from modelcheck.readers.launch.mentions import may_start


def commands_of(argv: Sequence[Located], lines: Lines, variables: Mapping[str, Located]) -> Iterator[Sequence[Located]] | None:
    """The commands of the script among a shell's arguments; None if there is none. Arguments after it are the script's own."""
    place = script_place([argument.text for argument in argv])
    if place is None:
        return None
    script, arguments = argv[place], argv[place + 1 :]
    if not (may_start(script.text) or "$" in script.text or "python" in script.text):
        return iter(())
    follower = Follower(variables, lambda _: True)
    return (started.argv for ran in follower.follow(_source(script, lines), arguments) for started in ran.commands)


def _source(script: Located, lines: Lines) -> Source:
    """The script as the shell gets it: Compose and Kubernetes make one dollar sign of two."""
    if isinstance(script, Joined):  # of an f-string: each value in it has its own place
        return Assembled(script.pieces)
    text = script.text.replace("$$", "$")
    return of_scalar(script.node, text, lines) if script.node is not None else Value(Located(text, script.at))
