"""Finds the modules of a package, and names what is in folders that are not imported yet by their file names."""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, TypeVar

from modelcheck.patterns import lazy
from modelcheck.records import record

Item = TypeVar("Item")
_READER = lazy(r"\n@reader\((?:\s*files=\((?P<files>[^()]*)\),\s*mentions=(?P<mentions>\([^()]*\)|\w))?")
_ALL_WRITTEN = lazy(r"\(\s*(\"[^\"\n\\]+\"\s*,?\s*)+\)")
_NAME = lazy(r"\"([^\"\n]+)\"")


Import = Callable[[str], ModuleType | None]


def import_package(package: str, without: Collection[str] = (), load: Import = importlib.import_module) -> Iterator[ModuleType]:
    """Import a package and its modules at any depth, except the subpackages ``without`` and those for which ``load`` gives None."""
    module = sys.modules.get(package) or load(package)
    if module is None:
        return
    yield module
    import pkgutil

    for found in pkgutil.iter_modules(getattr(module, "__path__", ()), f"{package}."):
        if found.name not in without:
            yield from import_package(found.name, without, load)


def function_name(function: Callable[..., Any]) -> str:
    """``area/name``: ``pack.area.some_rule.some_rule`` is ``area/some-rule``, ``pack.many.some_rule`` is ``many/some-rule``."""
    return name_in(function.__module__, function.__name__)


def name_in(module: str, function: str) -> str:
    """The same, of a function that need not be imported."""
    *packages, file = module.split(".")
    area = packages[-1] if packages and function == file else file
    return f"{area}/{function}".replace("_", "-")


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

    def plugin_of(self, module: str) -> str | None:
        """The plug-in that deferred a module; None if it is not in a folder that waits."""
        return next((plugin for plugin, package in self.waiting if module.startswith(f"{package}.")), None)

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
        self._waiting: dict[DeferredFile, tuple[bytes, ...] | None] = {}
        self._by_name = ByFileName[DeferredFile]()

    def add(self, plugin: str, package: str) -> None:
        """Defer the files of a package."""
        for _, file in _files(plugin, package, None):
            names, self._waiting[file] = _declared(file)
            self._by_name.add(("*",) if names is None else names, file)

    def match(self, name: str) -> bool:
        """Whether one of the files declares ``name``, which is in lower case."""
        return any(file in self._waiting for file in self._by_name.match(name))

    def take(self, name: str | None, content: Content | None = None) -> list[DeferredFile]:
        """The files that declare ``name``, which is in lower case (None: all), and mention a word of ``content`` (None: any).

        They are not deferred afterwards.
        """
        if not self._waiting:
            return []
        fitting = [file for file in (self._waiting if name is None else self._by_name.match(name)) if file in self._waiting]
        taken = [file for file in fitting if content is None or content.mentions(self._waiting[file])]
        for file in taken:
            del self._waiting[file]
        return taken


class Content:
    """The bytes of a file in lower case. Many readers look for the same words, so each is searched once."""

    def __init__(self, content: bytes) -> None:
        self._content = content.lower()
        self._known: dict[bytes, bool] = {}

    def mentions(self, words: Iterable[bytes] | None) -> bool:
        """Whether one of the words is in it. None stands for words that are not known: one of them may be."""
        if words is None:
            return True
        for word in words:
            known = self._known.get(word)
            if known is None:
                known = self._known[word] = word in self._content
            if known:
                return True
        return False


class ByFileName(Generic[Item]):
    """Items by shell patterns of file names: a name is looked up, and not compared with every pattern."""

    def __init__(self) -> None:
        self._whole: dict[str, list[Item]] = {}
        self._ends: dict[str, list[Item]] = {}
        self._beginnings: dict[str, list[Item]] = {}
        self._other: list[tuple[str, str, Item]] = []
        self._lengths: set[int] = set()
        self._last: tuple[str, list[Item]] = ("", [])
        """The name that was asked for last: the steps of reading a file ask again."""

    def add(self, patterns: Iterable[str], item: Item) -> None:
        """Add an item under each of its patterns."""
        self._last = ("", [])
        for pattern in map(str.lower, patterns):
            bare = pattern.strip("*")
            simple = pattern in (bare, f"*{bare}", f"{bare}*") and not set("*?[") & set(bare)
            if not simple:
                self._other.append((re.split(r"[*?[]", pattern, maxsplit=1)[0], pattern, item))
                continue
            table = self._whole if pattern == bare else self._ends if pattern[0] == "*" else self._beginnings
            table.setdefault(bare, []).append(item)
            self._lengths.add(len(bare))

    def match(self, name: str) -> list[Item]:
        """The items of which a pattern matches a name in lower case, each once."""
        if name and name == self._last[0]:
            return self._last[1]
        found = [self._whole.get(name, ())]
        for length in self._lengths:
            if length <= len(name):
                found += (self._ends.get(name[len(name) - length :], ()), self._beginnings.get(name[:length], ()))
        items = dict.fromkeys(item for some in found for item in some)
        for beginning, pattern, item in self._other:
            if item not in items and name.startswith(beginning) and fnmatchcase(name, pattern):
                items[item] = None
        self._last = name, list(items)
        return self._last[1]


def _declared(file: DeferredFile) -> tuple[list[str] | None, tuple[bytes, ...] | None]:
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
    return names, words if all(_ALL_WRITTEN.fullmatch(one["mentions"]) for one in declared) else None


def _files(plugin: str, package: str, paths: list[str] | None) -> Iterator[tuple[str, DeferredFile]]:
    """Rule name and file of every module below a package; ``paths`` are its folders, found by its parent's if None."""
    import pkgutil

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
