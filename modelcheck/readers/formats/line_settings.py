"""The reader of last resort for files with one setting a line: TOML, INI, ``.conf`` and properties."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from modelcheck.declarations import reader
from modelcheck.documents import TextFile
from modelcheck.documents.line_settings import read_settings
from modelcheck.errors import Exceeded
from modelcheck.facts.model_use import ModelUse
from modelcheck.readers.launch.settings import SETTING_MENTIONS, uses_of_settings

_LONGEST = 2**20
_OF_PROJECTS = frozenset("pyproject.toml cargo.toml poetry.lock uv.lock".split())


@reader(files=("*.toml", "*.ini", "*.cfg", "*.conf", "*.properties"), mentions=SETTING_MENTIONS)
def line_settings(file: TextFile) -> Iterator[ModelUse]:
    """Settings of a file that assigns one value a line."""
    if PurePosixPath(file.path).name.lower() not in _OF_PROJECTS:
        if len(file.text) > _LONGEST:
            raise Exceeded(f"has settings of more than {_LONGEST // 2**20} MiB")
        yield from uses_of_settings(read_settings(file.path, file.text), PurePosixPath(file.path).suffix.lstrip("."))
