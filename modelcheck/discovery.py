"""Finds the modules of a package, and names what is in folders that are not imported yet by their file names."""

from __future__ import annotations

import importlib
import os
import pkgutil
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from types import ModuleType
from typing import Any

from modelcheck.patterns import lazy
from modelcheck.records import record

_READER = lazy(r"\n@reader\((?:\s*files=\((?P<files>[^()]*)\),\s*mentions=(?P<mentions>\([^()]*\)|\w))?")
_ALL_WRITTEN = lazy(r"\(\s*(\"[^\"\n\\]+\"\s*,?\s*)+\)")
_NAME = lazy(r"\"([^\"\n]+)\"")


def import_package(package: str, without: Collection[str] = ()) -> Iterator[ModuleType]:
    """Import a package and its modules at any depth, except the subpackages ``without``."""
    yield from _modules(sys.modules.get(package) or importlib.import_module(package), without)


def _modules(module: ModuleType, without: Collection[str]) -> Iterator[ModuleType]:
    yield module
    for found in pkgutil.iter_modules(getattr(module, "__path__", ()), module.__name__ + "."):
        if found.name not in without:
            yield from _modules(importlib.import_module(found.name), without)


def function_name(function: Callable[..., Any]) -> str:
    """``area/name``: ``pack.area.some_rule.some_rule`` is ``area/some-rule``, ``pack.many.some_rule`` is ``many/some-rule``."""
    *packages, module = function.__module__.split(".")
    area = packages[-1] if packages and function.__name__ == module else module
    return f"{area}/{function.__name__}".replace("_", "-")


@record(eq=True)
class DeferredFile:
    """A file in a folder that is not imported yet: the plug-in that brings it, its module and its path."""

    plugin: str
    module: str
    path: Path

    def declares_rule(self) -> bool:
        """Whether its text holds ``@rule``; True where it cannot be read, as in a zip file."""
        try:
            return b"@rule" in self.path.read_bytes()
        except OSError:
            return True


class DeferredFolders:
    """Folders of plug-ins that are imported when a checkpoint is judged. ``waiting`` holds plug-in and package of each.

    What is in them is known by the names of the files: ``card/license_missing.py`` holds the rule ``card/license-missing``. A file
    that holds several rules, or one of another name, is known after the import only.
    """

    def __init__(self) -> None:
        self.waiting: list[tuple[str, str]] = []
        self._files: dict[str, DeferredFile] | None = None

    def add(self, plugin: str, package: str) -> None:
        """Defer a package."""
        self.waiting.append((plugin, package))
        self._files = None

    def take(self) -> list[tuple[str, str]]:
        """All that are waiting; none is waiting afterwards."""
        taken, self.waiting, self._files = self.waiting, [], None
        return taken

    def rule(self, name: str) -> DeferredFile | None:
        """The file of a rule that is not imported yet; None if there is none. Imports nothing."""
        file = self._table().get(name)
        return file if file and file.declares_rule() else None

    def area(self, name: str) -> list[DeferredFile]:
        """The files of an area's rules that are not imported yet. Imports nothing."""
        return [file for rule, file in self._table().items() if rule.partition("/")[0] == name and file.declares_rule()]

    def _table(self) -> dict[str, DeferredFile]:
        if self._files is None:
            self._files = {name: file for plugin, package in self.waiting for name, file in _files(plugin, package, None)}
        return self._files


class DeferredReaders:
    """Files of readers that are imported when a file is scanned whose name they declare, and which has a word that they mention.

    Which those are is read off their text, ``@reader(files=("*.tf",), mentions=("model",))``, without an import. Words that are
    not all written there are not looked for.
    """

    def __init__(self) -> None:
        self.waiting: list[tuple[DeferredFile, FileNames | None, tuple[bytes, ...] | None]] = []

    def add(self, plugin: str, package: str) -> None:
        """Defer the files of a package."""
        self.waiting += [(file, *_declared(file)) for _, file in _files(plugin, package, None)]

    def match(self, name: str) -> bool:
        """Whether one of the files declares ``name``, which is in lower case."""
        return any(names is None or names.match(name) for _, names, _ in self.waiting)

    def take(self, name: str | None, content: bytes | None = None) -> list[DeferredFile]:
        """The files that declare ``name`` (None: all) and mention a word of ``content`` (None: any); both are in lower case.

        They are not deferred afterwards.
        """
        if not self.waiting:
            return []
        taken = [
            one
            for one in self.waiting
            if (name is None or one[1] is None or one[1].match(name))
            and (content is None or one[2] is None or any(word in content for word in one[2]))
        ]
        self.waiting = [one for one in self.waiting if one not in taken]
        return [file for file, _, _ in taken]


class FileNames:
    """Shell patterns of file names, compared without a regular expression where a pattern has one star at an end."""

    def __init__(self, patterns: Iterable[str]) -> None:
        lowered = [pattern.lower() for pattern in patterns]
        simple = [pattern for pattern in lowered if pattern.count("*") <= 1 and not set("?[") & set(pattern)]
        self._whole = frozenset(pattern for pattern in simple if "*" not in pattern)
        self._ends = tuple(pattern[1:] for pattern in simple if pattern.startswith("*"))
        self._beginnings = tuple(pattern[:-1] for pattern in simple if pattern.endswith("*"))
        other = (pattern for pattern in lowered if pattern not in simple or "*" in pattern.strip("*"))
        self._other = [(re.split(r"[*?[]", pattern, maxsplit=1)[0], pattern) for pattern in other]

    def match(self, name: str) -> bool:
        """Whether a name in lower case matches one of the patterns."""
        return (
            name in self._whole
            or name.endswith(self._ends)
            or name.startswith(self._beginnings)
            or any(name.startswith(beginning) and fnmatchcase(name, pattern) for beginning, pattern in self._other)
        )


def _declared(file: DeferredFile) -> tuple[FileNames | None, tuple[bytes, ...] | None]:
    """The file names and the words that the readers in a file declare; None where its text does not say which."""
    try:
        text = file.path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None, None
    declared = list(_READER.finditer(text))
    if any(one["files"] is None for one in declared):
        return None, None
    names = [name for one in declared for name in _NAME.findall(one["files"])]
    words = tuple(word.encode() for one in declared for word in _NAME.findall(one["mentions"]))
    return FileNames(names), words if all(_ALL_WRITTEN.fullmatch(one["mentions"]) for one in declared) else None


def _files(plugin: str, package: str, paths: list[str] | None) -> Iterator[tuple[str, DeferredFile]]:
    """Rule name and file of every module below a package; ``paths`` are its folders, found by its parent's if None."""
    parent, _, folder = package.rpartition(".")
    if paths is None:
        paths = [os.path.join(path, folder) for path in getattr(sys.modules.get(parent), "__path__", ())]  # noqa: PTH118 - pkgutil's own form
    for found in pkgutil.iter_modules(paths):
        module = f"{package}.{found.name}"
        if found.ispkg:
            yield from _files(plugin, module, [os.path.join(path, found.name) for path in paths])  # noqa: PTH118
        elif not found.name.startswith("_"):
            path = Path(getattr(found.module_finder, "path", ""), f"{found.name}.py")
            yield f"{folder}/{found.name}".replace("_", "-"), DeferredFile(plugin, module, path)
