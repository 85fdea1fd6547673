"""systemd units, and the Quadlets that Podman makes units of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelcheck.declarations import reader
from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines, Located
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers import NeighbourFiles
from modelcheck.readers.launch.assignments import split_assignment
from modelcheck.readers.launch.container_runtimes import split_mount
from modelcheck.readers.launch.containers import Container, uses_of_container
from modelcheck.readers.launch.mentions import COMMAND_MENTIONS
from modelcheck.readers.launch.plain_lines import Logical, logical_lines, split_line
from modelcheck.readers.launch.scripts import Script
from modelcheck.readers.launch.variables import neighbour_variables

_SETTING = lazy(r"(?P<key>[A-Za-z]+)[ \t]*=[ \t]*(?P<value>\S.*)", re.DOTALL)
_READ = ("ExecStart", "ExecStartPre", "Exec", "Entrypoint", "Image", "Environment", "EnvironmentFile", "Volume")


@reader(files=("*.service", "*.container"), mentions=(*COMMAND_MENTIONS, "model"))
def systemd(file: TextFile, neighbours: NeighbourFiles) -> Iterator[ModelUse]:
    """``ExecStart`` of a unit; the container of a Quadlet, by its ``Image``, ``Exec``, ``Environment`` and ``Volume``.

    ``EnvironmentFile`` is a path of the machine: the file of that name that is nearest in the tree is taken for it.
    """
    lines = Lines(file.path, file.text)
    script = Script(lines, "systemd")
    settings = [(found["key"], line) for line in logical_lines(file.text) if (found := _SETTING.match(line.text))]
    values = {key: [_value(line) for other, line in settings if other == key] for key in _READ}
    for name, word in _of_files(script, values["EnvironmentFile"], neighbours).items():
        script.assign(name, word)
    for value in values["Environment"]:
        for argument in _arguments(script, value):
            one = split_assignment(argument)
            if one:
                script.assign(one.name, one.value)
    if values["Image"]:
        yield from _quadlet(script, values, lines)
    for value in (*values["ExecStartPre"], *values["ExecStart"]):
        yield from script.uses(value.start, value.start + len(value.text))


def _of_files(script: Script, values: list[Logical], neighbours: NeighbourFiles) -> dict[str, Located]:
    found: dict[str, Located] = {}
    for value in values:
        for argument in _arguments(script, value):
            name = argument.text.removeprefix("-").rpartition("/")[2]
            path = neighbours.nearest(name) if name else None
            found |= (neighbour_variables(neighbours.at_root(), path) if path else None) or {}
    return found


def _quadlet(script: Script, values: dict[str, list[Logical]], lines: Lines) -> Iterator[ModelUse]:
    entrypoint = [argument for value in values["Entrypoint"] for argument in _arguments(script, value)]
    argv = [argument for value in values["Exec"][-1:] for argument in _arguments(script, value)]
    volumes = [argument for value in values["Volume"] for argument in _arguments(script, value)]
    container = Container(
        [*entrypoint, *argv],
        next((argument for value in values["Image"][-1:] for argument in _arguments(script, value)), None),
        bool(entrypoint),
        script.variables,
        [mount for volume in volumes for mount in split_mount(volume)],
        complete=not values["EnvironmentFile"],
        at=lines.span(values["Image"][-1].start, values["Image"][-1].start),
    )
    yield from uses_of_container(container, script.format, lines)


def _value(line: Logical) -> Logical:
    """What is written after the sign, at its own offset."""
    found = _SETTING.match(line.text)
    start = found.start("value") if found else 0
    return Logical(line.start + start, line.text[start:])


def _arguments(script: Script, value: Logical) -> list[Located]:
    """A setting's value, split as systemd splits it: at blanks, with quotes."""
    return [word for command in split_line(value, script.lines) for word in command]
