"""Dockerfiles: the container that each stage describes, and the commands of ``RUN``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import field

from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines, Located
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers import Embedded
from modelcheck.readers.filled import Filled
from modelcheck.readers.launch.assignments import shell_assignments
from modelcheck.readers.launch.containers import Container, uses_of_container
from modelcheck.readers.launch.heredocs import embedded_in_shell, statement_end
from modelcheck.readers.launch.plain_lines import Logical, logical_lines
from modelcheck.readers.launch.scripts import Script, with_named_models
from modelcheck.readers.launch.variables import resolve
from modelcheck.records import mutable, record
from modelcheck.registry import reader

_INSTRUCTION = lazy(
    r"[ \t]*(?P<name>FROM|ENV|ARG|LET|SET|RUN|CMD|ENTRYPOINT|COPY|ADD)[ \t]+(?P<rest>.*)", re.DOTALL | re.IGNORECASE
)
_IMAGE = lazy(r"(?:--\S+[ \t]+)*(?P<image>[^\s\\]+)")
_FLAGS = lazy(r"(?:--\w+[ \t]+)*")
_WITH_HEREDOCS = ("RUN", "COPY", "ADD")
_OLD_ENV = lazy(r"(?P<name>[A-Za-z_]\w*)[ \t]+(?P<value>[^=\s]\S*)")


@mutable
class _Stage:
    """One ``FROM`` with its instructions. An entrypoint or command in shell form is a script, and read as one."""

    image: Located | None = None
    entrypoint: list[Located] = field(default_factory=list)
    command: list[Located] = field(default_factory=list)
    shell_form: bool = False


@record()
class _Instruction:
    """One instruction: ``rest`` is what follows its name, with its place; its heredocs end at ``end``."""

    name: str
    line: Logical
    begin: int
    end: int

    @property
    def rest(self) -> str:
        return self.line.text[self.begin :]

    @property
    def start(self) -> int:
        return self.line.start + self.begin


@reader(files=("dockerfile*", "*.dockerfile", "containerfile*", "earthfile", "*.earth"), mentions=("from",))
def dockerfile(file: TextFile) -> Iterator[ModelUse | Embedded | Filled]:
    """``ENTRYPOINT`` and ``CMD`` of each stage in both forms, ``ENV`` and ``ARG``, and what ``RUN`` starts or downloads."""
    script = Script(Lines(file.path, file.text), "dockerfile")
    instructions = list(_instructions(file.text))
    yield from with_named_models(script, _uses(instructions, script))
    for one in instructions:
        if one.name in _WITH_HEREDOCS:
            yield from embedded_in_shell(script.lines, one.line.start, one.end, script.variables)


def _instructions(text: str) -> Iterator[_Instruction]:
    done = 0
    for line in logical_lines(text):
        found = _INSTRUCTION.match(line.text) if line.start >= done else None
        if found is not None:
            name, end = found["name"].upper(), line.start + len(line.text)
            if name in _WITH_HEREDOCS and "<<" in line.text:
                done = end = max(end, statement_end(text, line.start))
            yield _Instruction(name, line, found.start("rest"), end)


def _uses(instructions: list[_Instruction], script: Script) -> Iterator[ModelUse]:
    stage = _Stage()
    for one in instructions:
        if one.name == "FROM":
            yield from _uses_of_stage(stage, script)
            image = _IMAGE.match(one.rest)
            stage = _Stage(script.lines.group(image, "image", one.start) if image else None)
        elif one.name in ("ENV", "ARG", "LET", "SET"):  # the last two are Earthly's
            _declare(script, one)
        elif one.name == "RUN":
            if not one.rest.startswith("<<"):  # a script of its own
                yield from script.uses(one.start, one.end)
        elif one.name in ("CMD", "ENTRYPOINT"):
            argv = _exec_form(one, script.lines)
            if argv is None:
                stage.shell_form = True
                yield from script.uses(one.start, one.end)
            elif one.name == "ENTRYPOINT":
                stage.entrypoint, stage.command = argv, []
            else:
                stage.command = argv
    yield from _uses_of_stage(stage, script)


def _uses_of_stage(stage: _Stage, script: Script) -> Iterator[ModelUse]:
    """The container of a stage. Whoever runs the image may set any variable, so an engine's default model is not assumed."""
    argv = [*stage.entrypoint, *stage.command]
    if stage.image is None or (stage.shell_form and not argv):
        return
    variables = script.variables
    container = Container(argv, stage.image, bool(stage.entrypoint), variables, complete=False, outer=variables)
    yield from uses_of_container(container, script.format, script.lines)


def _declare(script: Script, instruction: _Instruction) -> None:
    """``ENV A=b C=d``, and the older ``ENV A b``."""
    flags = _FLAGS.match(instruction.rest)
    begin = flags.end() if flags else 0
    assigned = [
        one for one in shell_assignments(instruction.rest[begin:], instruction.start + begin, script.lines) if one.value.text
    ]
    for one in assigned:
        known = script.variables.get(one.name) if f"${one.name}" in one.value.text or f"{{{one.name}" in one.value.text else None
        script.assign(one.name, resolve(one.value, {one.name: known}) if known is not None else one.value)
    older = _OLD_ENV.match(instruction.rest) if not assigned else None
    if older:
        script.assign(older["name"], script.lines.group(older, "value", instruction.start))


def _exec_form(instruction: _Instruction, lines: Lines) -> list[Located] | None:
    """The arguments of ``["program", "argument"]``, each with its place; None for the shell form."""
    rest, start = instruction.rest, instruction.start
    try:
        given = json.loads(rest)
    except (ValueError, RecursionError):
        return None
    if not isinstance(given, list) or not all(isinstance(argument, str) for argument in given):
        return None
    cursor, argv = 0, []
    for argument in given:
        written = json.dumps(argument, ensure_ascii=False)
        found = rest.find(written, cursor)
        begin = start + max(found, cursor) + 1
        cursor = found + len(written) if found >= 0 else cursor
        argv.append(Located(argument, lines.span(begin, begin + len(argument))))
    return argv
