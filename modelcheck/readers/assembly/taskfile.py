"""Taskfiles: ``{{.NAME}}`` with the variables of the task and of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from modelcheck.declarations import reader
from modelcheck.documents.located import Lines, located
from modelcheck.documents.yamlfile import Node, YamlFile
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.readers.filled import Filled, Part, replaced
from modelcheck.records import record

_EXPRESSION = lazy(
    r"\{\{-?[ \t]*(?:\.(?P<name>\w+)[ \t]*(?:\|[ \t]*default +(?P<quote>[\"'`])(?P<default>[^\"'`{}\n]{0,300})(?P=quote)[ \t]*)?|"
    r"default[ \t]+(?P<quote2>[\"'`])(?P<default2>[^\"'`{}\n]{0,300})(?P=quote2)[ \t]+\.(?P<name2>\w+)[ \t]*)-?\}\}"
)
_MOST = 2_000
_DEEPEST = 4
_VARIABLES = ("env", "vars")
Names = Mapping[str, Node]


@record()
class _Task:
    """A task's variables, and the line on which it begins."""

    line: int
    names: Names


@reader(files=("taskfile*.yml", "taskfile*.yaml"), mentions=("{{",))
def taskfile(file: YamlFile) -> Iterator[Filled]:
    """The file with its variables filled in; those that only a run knows (``sh:``, ``CLI_ARGS``) stay as they are written."""
    document = file.documents[0] if len(file.documents) == 1 else None
    tasks = document.get("tasks") if document is not None else None
    if document is None or tasks is None:
        return
    lines, common = Lines(file.path, file.text), _names(document)
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
