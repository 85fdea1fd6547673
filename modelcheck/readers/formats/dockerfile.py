"""Dockerfiles: the container that each stage describes, and the commands of ``RUN``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from modelcheck.declarations import reader
from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines, Located
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers import Embedded
from modelcheck.readers.filled import Filled
from modelcheck.readers.formats.dockerfile_instructions import WITH_HEREDOCS, Instruction, exec_form, instructions_of
from modelcheck.readers.launch.assignments import shell_assignments
from modelcheck.readers.launch.containers import Container, uses_of_container
from modelcheck.readers.launch.heredocs import embedded_in_shell
from modelcheck.readers.launch.scripts import Script, with_named_models
from modelcheck.readers.launch.variables import resolve
from modelcheck.records import mutable

_IMAGE = lazy(r"(?:--\S+[ \t]+)*(?P<image>[^\s\\]+)")
_FLAGS = lazy(r"(?:--\w+[ \t]+)*")
_OLD_ENV = lazy(r"(?P<name>[A-Za-z_]\w*)[ \t]+(?P<value>[^=\s]\S*)")


@mutable
class _Stage:
    """One ``FROM`` with its instructions. An entrypoint or command in shell form is a script, and read as one."""

    image: Located | None = None
    entrypoint: list[Located] = field(default_factory=list)
    command: list[Located] = field(default_factory=list)
    shell_form: bool = False


@reader(files=("dockerfile*", "*.dockerfile", "containerfile*", "earthfile", "*.earth"), mentions=("from",))
def dockerfile(file: TextFile) -> Iterator[ModelUse | Embedded | Filled]:
    """``ENTRYPOINT`` and ``CMD`` of each stage in both forms, ``ENV`` and ``ARG``, and what ``RUN`` starts or downloads."""
    script = Script(Lines(file.path, file.text), "dockerfile")
    instructions = list(instructions_of(file.text))
    yield from with_named_models(script, _uses(instructions, script))
    for one in instructions:
        if one.name in WITH_HEREDOCS:
            yield from embedded_in_shell(script.lines, one.line.start, one.end, script.variables)


def _uses(instructions: list[Instruction], script: Script) -> Iterator[ModelUse]:
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
            argv = exec_form(one, script.lines)
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


def _declare(script: Script, instruction: Instruction) -> None:
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
