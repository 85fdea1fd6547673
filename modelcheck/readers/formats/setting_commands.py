"""Commands in files with one setting a line: Procfiles, supervisord, ``fly.toml``, tasks of mise, pixi and poe, ``tox.ini``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, islice

from modelcheck.declarations import reader
from modelcheck.documents import TextFile
from modelcheck.documents.line_settings import read_settings
from modelcheck.documents.located import Lines, Located, Setting
from modelcheck.documents.shell.sources import FileSlice
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers.launch.containers import Container, uses_of_container
from modelcheck.readers.launch.mentions import COMMAND_MENTIONS, may_start
from modelcheck.readers.launch.scripts import Script

_BLOCK = lazy(r"(?s)=[ \t]*(?P<quote>\"\"\"|''')(?P<text>.{1,20000}?)(?P=quote)")
_LONGEST = 2**18
_MOST = 200


@reader(files=("*.toml", "*.ini", "*.cfg", "*.conf", "*.properties", "procfile", "procfile.*"), mentions=COMMAND_MENTIONS)
def setting_commands(file: TextFile) -> Iterator[ModelUse]:
    """Values that are a command, blocks that are a script, and lists that are arguments, with the file's own variables."""
    if len(file.text) > _LONGEST:
        return
    lines, settings = Lines(file.path, file.text), list(read_settings(file.path, file.text))
    variables = {one.keys[-1]: one.value for one in settings if one.keys[-1].isupper()}
    for block in islice(_BLOCK.finditer(file.text), _MOST):
        if may_start(block["text"]):
            yield from Script(lines, "settings", variables).uses_of(FileSlice(lines, block.start("text"), block["text"]))
    for value in islice(_commands(settings), _MOST):
        start = lines.offset(value.at.line or 1, value.at.column or 1)
        yield from Script(lines, "settings", variables).uses_of(FileSlice(lines, start, value.text))
    for argv in islice(_lists(settings), _MOST):
        yield from uses_of_container(Container(argv, entrypoint=True, environment=variables, complete=False), "settings", lines)


def _commands(settings: list[Setting]) -> Iterator[Located]:
    return (one.value for one in settings if " " in one.value.text and may_start(one.value.text))


def _lists(settings: list[Setting]) -> Iterator[list[Located]]:
    """The elements of lists, which have one key, where they are a command line."""
    for _, group in groupby(settings, lambda one: one.keys):
        argv = [one.value for one in group]
        if len(argv) > 1 and may_start(" ".join(one.text for one in argv)):
            yield argv
