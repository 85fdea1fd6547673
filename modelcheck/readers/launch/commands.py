"""Commands of any script: the servers and trainers that they start, with the chat cues of what is around them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from modelcheck.documents.located import Lines, Located
from modelcheck.documents.shell.calls import Started
from modelcheck.facts.model_use import ModelUse
from modelcheck.readers.launch.assignments import split_assignment
from modelcheck.readers.launch.container_runtimes import CLUSTER_CLIENTS, CONTAINER_RUNTIMES, cluster_container, run_container
from modelcheck.readers.launch.containers import Container, launches_of_container
from modelcheck.readers.launch.launches import Launch
from modelcheck.readers.launch.uses import uses_of_launch

_PRINTING = frozenset(("echo", "printf"))


class CommandReader:
    """Reads the commands of one script. ``chat`` are chat cues of every server in it."""

    def __init__(self, lines: Lines, format_: str, chat: Sequence[str] = ()) -> None:
        self._lines = lines
        self._format = format_
        self._chat = chat
        self._uses: list[ModelUse] = []
        self._alone: list[tuple[Launch, Mapping[str, Located]]] = []  # the only server, as long as there is one
        self._servers = 0

    def read(self, started: Started) -> None:
        """Read one command."""
        for launch in self._launches(started):
            self._servers += 1
            self._alone = [(launch, started.environment)] if self._servers == 1 else []
            self._uses += uses_of_launch(launch, started.environment, self._format, self._chat)

    def uses(self, *, requested: bool) -> Iterator[ModelUse]:
        """The uses so far. ``requested``: the script requests a chat of its own server, if it has only one."""
        uses = self._uses
        for launch, variables in self._alone if requested else ():
            uses = list(uses_of_launch(launch, variables, self._format, ["the script requests a chat completion"]))
        yield from uses

    def _launches(self, started: Started) -> Iterator[Launch]:
        argv = started.argv
        programs = [argument.text.rpartition("/")[2] for argument in argv[:3]]
        if programs[0] in _PRINTING:
            return
        runs = any(program in CONTAINER_RUNTIMES for program in programs)
        container = run_container(argv, started.environment) if runs else None
        if programs[0] in CLUSTER_CLIENTS:
            container = cluster_container(argv, started.environment)
        if container is None:
            own = {} if runs else {one.name: one.value for one in filter(None, map(split_assignment, argv))}
            container = Container(argv, entrypoint=True, environment={**started.environment, **started.own, **own})
        yield from launches_of_container(container, self._lines)
