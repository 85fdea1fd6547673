"""Shell scripts, Makefiles, PowerShell, Dockerfiles and systemd units."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines, Located
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers import Beside
from modelcheck.readers.launch.engines import TEXT_GENERATION_WEBUI
from modelcheck.readers.launch.model_variables import named_models
from modelcheck.readers.launch.scripts import COMMAND_MENTIONS, Script, logical_lines
from modelcheck.readers.launch.serving import find_started, read_arguments, take_environment, uses_of
from modelcheck.readers.launch.variables import read_env_file
from modelcheck.registry import reader

_SECTION = lazy(r"^(?P<key>ExecStart|ExecStartPre|Exec)=", re.MULTILINE)
_INSTRUCTION = lazy(r"^[ \t]*(?P<name>[A-Za-z]+)[ \t]+(?P<rest>.*)", re.DOTALL)
_MOST = 20_000
_MODEL_WORDS = ("model",)
_WEBUI_ARGUMENTS = lazy(r"CLI_ARGS|EXTRA_LAUNCH_ARGS|COMMANDLINE_ARGS")
_PROPERTY = lazy(r"(?m)^[ \t]*option\.(?P<name>\w+)[ \t]*[=:][ \t]*(?P<value>\S+)")


@reader(
    files=("*.sh", "*.bash", "*.zsh", "makefile", "gnumakefile", "*.mk", "justfile"), mentions=(*COMMAND_MENTIONS, *_MODEL_WORDS)
)
def shell(file: TextFile, beside: Beside) -> Iterator[ModelUse]:
    """Every command that starts a server or a trainer; and the models that variables name which no command took."""
    script = Script(Lines(file.path, file.text), "shell", _environment(beside))
    yield from _with_named(script, list(script.uses()))


@reader(files=("*.ps1",), mentions=COMMAND_MENTIONS)
def powershell(file: TextFile) -> Iterator[ModelUse]:
    """PowerShell continues a line with a backtick."""
    yield from Script(Lines(file.path, file.text), "powershell", mark="`").uses()


def _with_named(script: Script, uses: list[ModelUse]) -> Iterator[ModelUse]:
    yield from uses
    taken = {(use.at.line, use.at.column) for use in uses}
    for use in named_models(script.assigned, script.format):
        if (use.at.line, use.at.column) not in taken:
            yield use


def _environment(beside: Beside) -> Mapping[str, Located]:
    text = beside.text(".env")
    return read_env_file(".env", text) if text else {}


@reader(files=("dockerfile*", "*.dockerfile", "containerfile*"), mentions=("from",))
def dockerfile(file: TextFile) -> Iterator[ModelUse]:
    """``CMD`` and ``ENTRYPOINT`` in both forms, ``ENV`` and ``ARG``, and what ``RUN`` starts or downloads."""
    lines = Lines(file.path, file.text)
    script = Script(lines, "dockerfile")
    image: str | None = None
    entry: list[Located] = []
    uses: list[ModelUse] = []
    for line in logical_lines(file.text):
        match = _INSTRUCTION.match(line.text)
        name = match["name"].upper() if match else ""
        if not match or name not in ("FROM", "ENV", "ARG", "RUN", "CMD", "ENTRYPOINT"):
            continue
        if name == "FROM":
            image, entry = (match["rest"].split() or [None])[0], []
        elif name in ("ENV", "ARG"):
            _declare(script, line.start, line.text)
        elif name == "RUN":
            uses += script.uses(line.start + match.start("rest"), line.start + len(line.text))
        else:
            words = _exec_form(match["rest"], line.start + match.start("rest"), lines)
            if words is None:
                uses += script.uses(line.start + match.start("rest"), line.start + len(line.text))
                continue
            entry = entry + words if name == "CMD" else words
            for started in find_started(image, entry, lines, entrypoint=name == "ENTRYPOINT"):
                take_environment(started, script.variables)
                uses += uses_of(started, script.variables, "dockerfile")
    yield from _with_named(script, uses)


def _declare(script: Script, start: int, text: str) -> None:
    """``ENV A=b C=d`` and the older ``ENV A b``."""
    for found in re.finditer(r"(?P<name>[A-Za-z_]\w*)=(?P<value>\"[^\"]*\"|'[^']*'|[^\s\"']+)", text):
        value = found["value"].strip("\"'")
        begin = start + found.start("value") + (found["value"][0] in "\"'")
        if value:
            script.assign(found["name"], Located(value, script.lines.span(begin, begin + len(value))))
    older = re.match(r"[ \t]*ENV[ \t]+(?P<name>[A-Za-z_]\w*)[ \t]+(?P<value>[^=\s]\S*)", text)
    if older:
        begin = start + older.start("value")
        script.assign(older["name"], Located(older["value"], script.lines.span(begin, begin + len(older["value"]))))


def _exec_form(rest: str, start: int, lines: Lines) -> list[Located] | None:
    try:
        given = json.loads(rest)
    except (ValueError, RecursionError):
        return None
    if not isinstance(given, list) or not all(isinstance(word, str) for word in given):
        return None
    cursor, words = 0, []
    for word in given:
        written = json.dumps(word, ensure_ascii=False)
        found = rest.find(written, cursor)
        begin = start + max(found, cursor) + 1
        cursor = found + len(written) if found >= 0 else cursor
        words.append(Located(word, lines.span(begin, begin + len(word))))
    return words


@reader(files=("*.service", "*.container"), mentions=COMMAND_MENTIONS)
def systemd(file: TextFile) -> Iterator[ModelUse]:
    """``ExecStart`` of a unit, ``Image`` and ``Exec`` of a Quadlet, with ``Environment``."""
    lines = Lines(file.path, file.text)
    script = Script(lines, "systemd")
    for found in re.finditer(r"^Environment=\"?(?P<name>\w+)=(?P<value>[^\s\"]+)", file.text, re.MULTILINE):
        script.variables[found["name"]] = Located(found["value"], lines.span(found.start("value"), found.end("value")))
    image = re.search(r"^Image=(\S+)", file.text, re.MULTILINE)
    for found in _SECTION.finditer(file.text):
        line = next(logical_lines(file.text[found.end() : found.end() + _MOST], found.end()))
        if found["key"] == "Exec":
            words = script.place(line.text.split(), line)
            for started in find_started(image[1] if image else None, words, lines, entrypoint=False):
                take_environment(started, script.variables)
                yield from uses_of(started, script.variables, "systemd")
        else:
            yield from script.uses(line.start, line.start + len(line.text))


@reader(files=(".env", ".env.*", "*.env", "env.example", "*.env.example"), mentions=_MODEL_WORDS)
def env_file(file: TextFile) -> Iterator[ModelUse]:
    """The models that an environment file names, by a variable or among the arguments that one holds."""
    variables = read_env_file(file.path, file.text)
    yield from named_models(variables, "env")
    for name, word in variables.items():
        if _WEBUI_ARGUMENTS.fullmatch(name) and "--model " in word.text:
            line = next(logical_lines(file.text[(start := _offset(file.text, word)) : start + len(word.text)], start))
            words = Script(Lines(file.path, file.text), "env").place(word.text.split(), line)
            yield from uses_of(read_arguments(TEXT_GENERATION_WEBUI, words), variables, "env")


def _offset(text: str, word: Located) -> int:
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    return starts[(word.at.line or 1) - 1] + (word.at.column or 1) - 1


@reader(files=("serving.properties",), mentions=_MODEL_WORDS)
def properties(file: TextFile) -> Iterator[ModelUse]:
    """The file of SageMaker's LMI containers (DJL): ``option.`` and what the container's variables are called."""
    lines = Lines(file.path, file.text)
    variables = {
        f"OPTION_{found['name'].upper()}": Located(found["value"], lines.span(found.start("value"), found.end("value")))
        for found in _PROPERTY.finditer(file.text)
    }
    yield from named_models(variables, "properties")
