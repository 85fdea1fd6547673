"""Jupyter notebooks: the cells' Python, and the commands after an exclamation mark or in a shell cell. Nothing is run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import field
from typing import Any

from modelcheck.declarations import reader
from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines
from modelcheck.documents.python_text import UNPARSABLE, parse_python
from modelcheck.facts.model_use import ModelUse
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.readers import NeighbourFiles
from modelcheck.readers.formats.python_code import python_code
from modelcheck.readers.launch.mentions import COMMAND_MENTIONS
from modelcheck.readers.launch.python_names import PYTHON_MENTIONS
from modelcheck.readers.launch.python_values import variables_of
from modelcheck.readers.launch.scripts import Script
from modelcheck.records import mutable, replace

_SHELL_CELL = lazy(r"%%(bash|sh|script)\b")
_MOST_LOST = 50
"""Lines that are not found as JSON usually writes them: each is searched through the whole file, which is slow."""
_MAGIC = lazy(r"\s*(?:%env[ \t]+(?=\w+=)|[!%]+)")
"""What begins a command, and ``%env NAME=value``."""
_BRACED = lazy(r"(?<!\$)\{(\w+)\}")
"""A variable of Python in a command."""
_CODE = "\0"
"""The path of code that is in no file of its own."""


@mutable
class _Code:
    """Lines of code as text, each with the offset in the notebook where it is written."""

    lines: list[str] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)

    def add(self, line: str, offset: int) -> None:
        self.lines.append(line.rstrip("\n"))
        self.offsets.append(offset)

    def span(self, at: Span, written: str | None, lines: Lines) -> Span:
        """A place of the code in the notebook. The column is known where ``written`` is there, and no escape precedes it."""
        if at.path != _CODE or at.line is None or at.line > len(self.offsets):
            return at if at.path != _CODE else Span(lines.path)
        line, offset = self.lines[at.line - 1], self.offsets[at.line - 1]
        begin = offset + len(json.dumps(line[: (at.column or 1) - 1], ensure_ascii=False)) - 2
        end = begin + len(written or "")
        whole = lines.span(begin, end)
        return whole if written and lines.text[begin:end] == written else Span(whole.path, whole.line)


@reader(files=("*.ipynb",), mentions=(*COMMAND_MENTIONS, *PYTHON_MENTIONS))
def notebook(file: TextFile, neighbours: NeighbourFiles) -> Iterator[ModelUse]:
    """Every code cell, as one module and one script; a cell that is not valid Python is left out of the module."""
    try:
        content = json.loads(file.text)
    except (ValueError, RecursionError):
        return
    cells = content.get("cells") if isinstance(content, dict) else None
    module, script = _Code(), _Code()
    for source in _sources(cells if isinstance(cells, list) else [], file.text):
        _sort(source, module, script)
    lines = Lines(file.path, file.text)
    code = TextFile(_CODE, "\n".join(module.lines))
    for use in python_code(code, neighbours):
        yield _placed(use, module, lines) if use.at.path == _CODE else replace(use, used_at=Span(file.path))
    if script.lines:
        values = variables_of(code).items()
        variables = {name: replace(value, at=module.span(value.at, value.text, lines)) for name, value in values}
        for use in Script(Lines(_CODE, "\n".join(script.lines) + "\n"), "notebook", variables).uses():
            yield _placed(use, script, lines)


def _sources(cells: list[Any], raw: str) -> Iterator[list[tuple[str, int]]]:
    """The lines of each code cell with their offsets; each line is searched as JSON writes it, after the one before."""
    cursor = lost = 0
    for cell in cells:
        source = cell.get("source") if isinstance(cell, dict) else None
        given = source.splitlines(keepends=True) if isinstance(source, str) else source
        found = []
        for line in given if isinstance(given, list) else ():
            if not isinstance(line, str):
                continue
            written = (json.dumps(line, ensure_ascii=ascii_)[1:-1] for ascii_ in (False, True))
            places = ((raw.find(text, cursor), len(text)) for text in written)
            place, length = next((one for one in places if one[0] >= 0), (cursor, 0))
            lost += not length
            if lost > _MOST_LOST:
                return
            found.append((line, place))
            cursor = place + length
        if found and cell.get("cell_type") == "code":
            yield found


def _sort(source: list[tuple[str, int]], module: _Code, script: _Code) -> None:
    """Add a cell's lines to the module or to the script."""
    if _SHELL_CELL.match(source[0][0]):
        for line, offset in source[1:]:
            script.add(line, offset)
        return
    python = []
    continued = False
    for line, offset in source:
        magic = continued or _MAGIC.match(line)
        if magic:
            command = line if continued else _MAGIC.sub("", line)
            script.add(_BRACED.sub(r"${\1}", command), offset + len(line) - len(command))
            continued = line.rstrip().endswith("\\")
        python.append(("" if magic else line, offset))
    try:
        parse_python("".join(line if line.endswith("\n") else line + "\n" for line, _ in python))
    except UNPARSABLE:
        return
    for line, offset in python:
        module.add(line, offset)


def _placed(use: ModelUse, code: _Code, lines: Lines) -> ModelUse:
    """The use with its places in the notebook."""
    used_at = use.used_at and code.span(use.used_at, None, lines)
    return replace(use, at=code.span(use.at, use.written, lines), used_at=used_at, format=f"notebook/{use.engine}")
