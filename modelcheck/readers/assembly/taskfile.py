"""Taskfiles: ``{{.NAME}}`` with the variables of the task, of the file, and of the files that include it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from modelcheck.declarations import reader
from modelcheck.documents.located import Lines, located
from modelcheck.documents.yamlfile import Node, YamlFile
from modelcheck.findings import Span, Unresolved
from modelcheck.patterns import lazy
from modelcheck.readers import NeighbourFiles
from modelcheck.readers.filled import Filled, Part, replaced
from modelcheck.records import record

_EXPRESSION = lazy(
    r"\{\{-?[ \t]*(?:\.(?P<name>\w+)[ \t]*(?:\|[ \t]*default +(?P<quote>[\"'`])(?P<default>[^\"'`{}\n]{0,300})(?P=quote)[ \t]*)?|"
    r"default[ \t]+(?P<quote2>[\"'`])(?P<default2>[^\"'`{}\n]{0,300})(?P=quote2)[ \t]+\.(?P<name2>\w+)[ \t]*)-?\}\}"
)
_MOST = 2_000
_DEEPEST = 4
_MOST_FILES = 100
_VARIABLES = ("env", "vars")
_DEFAULT_NAMES = ("Taskfile.yml", "taskfile.yml", "Taskfile.yaml", "taskfile.yaml", "Taskfile.dist.yml", "Taskfile.dist.yaml")
Names = Mapping[str, Node]


@record()
class _Task:
    """A task's variables, and the line on which it begins."""

    line: int
    names: Names


@reader(files=("taskfile*.yml", "taskfile*.yaml"), mentions=("{{", "includes:"))
def taskfile(file: YamlFile, neighbours: NeighbourFiles) -> Iterator[Filled | Unresolved]:
    """The file with its variables filled in, and those that it includes, with the variables that they get from it.

    Those that only a run knows (``sh:``, ``CLI_ARGS``) stay as they are written.
    """
    yield from islice(_filled(file, {}, neighbours, (file.path,)), _MOST_FILES)


def _filled(file: YamlFile, outer: Names, neighbours: NeighbourFiles, chain: tuple[str, ...]) -> Iterator[Filled | Unresolved]:
    """A file and what it includes; ``outer`` are the variables of the inclusion and of the files above, ``chain`` these files."""
    document = file.documents[0] if len(file.documents) == 1 else None
    if document is None:
        return
    own = _names(document)
    common = {**outer, **own}  # what an included file sets itself counts
    tasks = document.get("tasks")
    if tasks is not None and "{{" in file.text:
        yield from _of_file(file, tasks, common)
    includes = document.get("includes")
    for _, one in includes.items() if includes is not None else ():
        yield from _included(one, {**common, **_names(one)}, neighbours, chain)


def _included(one: Node, names: Names, neighbours: NeighbourFiles, chain: tuple[str, ...]) -> Iterator[Filled | Unresolved]:
    place = one if one.text else one.get("taskfile")
    if place is None or not place.text:
        return
    path = _EXPRESSION.sub(lambda found: (_value(found, names, located(place).at, 0) or (found.group(),))[0], place.text)
    candidates = [path, *(f"{path.rstrip('/')}/{name}" for name in _DEFAULT_NAMES)]
    found = next((other for other in candidates if neighbours.text(other) is not None), None)
    if "{{" in path or "://" in path or path.startswith("git@"):
        why = "known to a run only" if "{{" in path else "not on this machine"
        yield Unresolved(place.span, f"the Taskfile {path} is {why}")
    elif found is None:
        if one.get("optional") is None:
            yield Unresolved(place.span, f"the Taskfile {path} {neighbours.why_not(path)}")
    elif (file := neighbours.yaml(found)) is not None and file.path not in chain and len(chain) <= _DEEPEST:
        yield from _filled(file, names, neighbours.beside(file.path), (*chain, file.path))


def _of_file(file: YamlFile, tasks: Node, common: Names) -> Iterator[Filled]:
    lines = Lines(file.path, file.text)
    scopes = [_Task(one.line, {**common, **_names(one)}) for _, one in tasks.items()]

    def made(found: re.Match[str]) -> Part | None:
        line = lines.span(found.start(), found.start()).line or 1
        names = next((one.names for one in reversed(scopes) if one.line <= line), common)
        value = _value(found, names, lines.span(found.start(), found.end()), 0)
        return Part(value[0], found.start(), found.end() - found.start(), value[1]) if value else None

    parts = list(replaced(file.text, 0, islice(_EXPRESSION.finditer(file.text), _MOST), made))
    if any(part.value_at for part in parts):
        yield Filled(file.path.replace("\\", "/").rpartition("/")[2], lines, parts)


def _names(node: Node) -> dict[str, Node]:
    return {name: one for key in _VARIABLES if (of := node.get(key)) is not None for name, one in of.items() if one.text}


def _value(found: re.Match[str], names: Names, at: Span, depth: int) -> tuple[str, Span] | None:
    """What an expression stands for, and where that is written; None if it is not known."""
    name, default = found["name"] or found["name2"], found["default"] or found["default2"]
    node = names.get(name)
    if node is not None and node.text and "{{" not in node.text:
        return node.text, located(node).at
    inner = _EXPRESSION.fullmatch(node.text.strip()) if node is not None and node.text else None
    others = {other: one for other, one in names.items() if other != name}  # a default of itself: MODEL: '{{.MODEL | default "x"}}'
    known = _value(inner, others, located(node).at, depth + 1) if inner and node and depth < _DEEPEST else None
    return known or ((default, at) if default else None)
