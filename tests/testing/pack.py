"""A plug-in with one of each kind, and with faulty ones, that the tests of the kit install into this process."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from modelcheck.testing.checking import installed

from conftest import plugin

FILES = {
    "kitpack/__init__.py": """from modelcheck.api import TargetError, hookimpl
from modelcheck.testing import MemorySource
from kitpack import stores

@hookimpl
def modelcheck_register(registry):
    registry.scan(__name__)

@hookimpl
def modelcheck_open(target, access):
    scheme, _, name = target.text.partition("://")
    if scheme != "kit":
        return None
    if name == "refused":
        raise TargetError("not-found", "the shop is closed")
    if name == "crashes":
        raise KeyError(name)
    return stores.source(name)

@hookimpl
def modelcheck_reporters():
    return {"kit": lambda report, style: f"{len(report.findings)} at {style.width}", "kit-crash": lambda report, style: 1 / 0}
""",
    "kitpack/stores.py": """import os
from modelcheck.testing import MemorySource

FILES = {"config.json": '{"model_type": "llama"}', "a/b.txt": "abc"}
FAULTS = {
    "no-files": lambda source: setattr(source, "files", dict),
    "list-of-files": lambda source: setattr(source, "files", lambda: ["config.json"]),
    "outside": lambda source: setattr(source, "files", lambda: {"../x": 1}),
    "wrong-size": lambda source: setattr(source, "files", lambda: {"a/b.txt": 4}),
    "text": lambda source: setattr(source, "read", lambda path, limit: "abc"),
    "no-limit": lambda source: setattr(source, "read", lambda path, limit: MemorySource.read(source, path, 2**40)),
    "key-error": lambda source: setattr(source, "read_range", lambda path, at, size: FILES[path].encode()[at : at + size]),
    "whole-range": lambda source: setattr(source, "read_range", lambda path, start, length: source.read(path, 2**40)),
    "two-lines": lambda source: setattr(source, "shown", "a\\n{}".format),
    "no-name": lambda source: setattr(source, "name", ""),
    "number": lambda source: setattr(source, "revision", 3),
    "changes": lambda source: setattr(source, "files", iter_files().__next__),
    "crashes-later": lambda source: setattr(source, "read", lambda path, limit: 1 / 0),
}

def iter_files():
    yield {"config.json": 23}
    yield {"a/b.txt": 3}

def source(name):
    if name == "none":
        return None
    made = MemorySource(FILES, f"kit/{name}{os.environ.get('KIT_SUFFIX', '')}", "kit")
    if name in FAULTS:
        FAULTS[name](made)
    return made
""",
    "kitpack/shouts.py": """from modelcheck.api import Finding, ModelCard, rule

@rule(severity="warning", since="1.0")
def shouts(card: ModelCard):
    '''The card shouts.'''
    for number, line in card.lines():
        if "!" in line:
            yield Finding("it shouts", at=card.on_line(number))
""",
    "kitpack/whispers.py": """from modelcheck.api import Finding, ModelUse, rule

@rule(severity="warning", since="1.0")
def whispers(use: ModelUse):
    '''A model is small.'''
    if "mini" in use.model:
        yield Finding("it is small")
""",
    "kitpack/named.py": """from modelcheck.api import CheckpointName, ChatTemplate, Evidence, signal

@signal(group="name")
def named(name: CheckpointName):
    '''Names that end in -helpdesk.'''
    if name.name.endswith("-helpdesk"):
        yield Evidence(4.0, "the name ends in -helpdesk")

@signal(group="kit")
def templated(template: ChatTemplate):
    '''There is a template.'''
    yield Evidence(0.5, "it has a template")
""",
    "kitpack/title.py": """from dataclasses import dataclass
from modelcheck.api import Absent, ModelCard, fact

@dataclass(frozen=True)
class Title:
    text: str

@dataclass(frozen=True)
class Nothing:
    pass

@fact()
def title(card: ModelCard) -> Title:
    '''The first heading.'''
    for _, line in card.lines():
        if line.startswith("# crash"):
            raise KeyError(line)
        if line.startswith("# "):
            return Title(line[2:])
    raise Absent("the card has no title")
""",
    "kitpack/models.py": """from modelcheck.api import ModelUse, Span, TextFile, reader

@reader(files=("*.models",), mentions=("model:",))
def models(file: TextFile):
    '''A list of models.'''
    for number, line in enumerate(file.text.splitlines(), 1):
        key, _, name = line.partition(": ")
        if name == "crash":
            raise KeyError(name)
        if key == "model":
            yield ModelUse(name, name, name, Span(file.path, number), "models", "kit", purpose="chat")
""",
}


@contextmanager
def installed_pack(folder: Path, files: Mapping[str, str] = FILES, name: str = "kitpack") -> Iterator[None]:
    """Installs a plug-in into this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(plugin(folder, files, name)))
        installed.cache_clear()
        try:
            yield
        finally:
            installed.cache_clear()
            for module in [one for one in sys.modules if one.partition(".")[0] == name]:
                del sys.modules[module]
