"""Finds the modules of a package, and names what is in folders that are not imported yet by their file names."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any


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


@dataclass(frozen=True, slots=True)
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


@dataclass(slots=True, eq=False)
class DeferredFolders:
    """Folders of plug-ins that are imported when a checkpoint is judged. ``waiting`` holds plug-in and package of each.

    What is in them is known by the names of the files: ``card/license_missing.py`` holds the rule ``card/license-missing``. A file
    that holds several rules, or one of another name, is known after the import only.
    """

    waiting: list[tuple[str, str]] = field(default_factory=list)
    _files: dict[str, DeferredFile] | None = None

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
