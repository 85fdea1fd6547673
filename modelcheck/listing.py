"""Rules, signals, facts and readers that are known before they are imported, by a generated list of their signatures.

Importing all of a pack to read its signatures takes longer than running those whose facts are there. A function is compared with
what the list says of it when it is imported, and in a test.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import Any

from modelcheck.declarations import Declared, Fact, Reader, Rule, Signal, Unimported
from modelcheck.discovery import name_in
from modelcheck.findings import Cost, Severity
from modelcheck.signatures import OPTION_TYPES, Need, Option, Signature

Entry = tuple[str, tuple[Any, ...], str, tuple[Any, ...]]
"""``rule``, ``signal``, ``fact`` or ``reader``; the decorator's arguments in the order of the record's fields, after a fact's
class; the facts as the signature has them, such as ``card: ModelCard, parent: Parent | None``; the options:
name, type and default."""
Listed = tuple[Mapping[str, Entry], Mapping[str, str]]
"""What ``Listing`` is made from."""
TYPES = {getattr(kind, "__origin__", kind).__name__: kind for kind in OPTION_TYPES}
OR_NONE = " | None"


class Listing:
    """The functions of a package by the modules below it: ``area.some_rule``, or ``area.module:name`` for one of another name.

    ``facts`` is the module of each fact's class.
    """

    def __init__(self, package: str, functions: Mapping[str, Entry], facts: Mapping[str, str]) -> None:
        self._package = package
        self._functions = functions
        self._facts = facts

    def below(self, package: str, plugin: str, without: tuple[str, ...] = ()) -> Iterator[Declared]:
        """The listed functions of a package, at any depth, except those of the packages ``without``."""
        inside, outside = self._relative(package), tuple(self._relative(one) for one in without)
        for path, entry in self._functions.items():
            if path.startswith(inside) and not path.startswith(outside):
                yield self._record(path, entry, plugin)

    def _relative(self, package: str) -> str:
        return f"{package}.".removeprefix(f"{self._package}.")

    def of(self, module: str, plugin: str) -> Declared | None:
        """The function of the module's own name; None if none is listed."""
        path = module.removeprefix(f"{self._package}.")
        entry = self._functions.get(path) if path != module else None
        return entry and self._record(path, entry, plugin)

    def _record(self, path: str, entry: Entry, plugin: str) -> Declared:
        kind, details, needs, options = entry
        module, _, name = path.partition(":")
        module, name = f"{self._package}.{module}", name or module.rpartition(".")[2]
        signature = Signature(
            tuple(self._need(*one.split(": ")) for one in needs.split(", ") if one),
            tuple(Option(option, TYPES[written], default) for option, written, default in options),
            None,
        )
        known = (name_in(module, name), plugin, Unimported(module, name, signature), signature)
        if kind == "rule":
            return Rule(*known, Severity[details[0]], *details[1:])
        if kind == "fact":
            return Fact(*known, self._class(details[0]), Cost[details[1]], Cost[details[2]], details[3])
        return Signal(*known, *details) if kind == "signal" else Reader(*known, *details)

    def _need(self, parameter: str, written: str) -> Need:
        name = written.removesuffix(OR_NONE)
        return Need(parameter, self._class(name), name != written)

    def _class(self, name: str) -> type:
        found: type = getattr(importlib.import_module(self._facts[name]), name)
        return found


class Listings:
    """The lists of several packages."""

    def __init__(self) -> None:
        self._of: dict[str, Listing] = {}

    def add(self, package: str, listed: Listed | None) -> None:
        """Add the list of a package, if it has one."""
        if listed is not None:
            self._of[package] = Listing(package, *listed)

    def below(self, package: str, plugin: str, without: tuple[str, ...] = ()) -> Iterator[Declared] | None:
        """The listed functions of a package, at any depth, except those of the packages ``without``; None if it has no list."""
        listing = self._listing(package)
        return listing.below(package, plugin, without) if listing else None

    def of(self, module: str, plugin: str) -> Declared | None:
        """The function of a module's own name; None if none is listed."""
        listing = self._listing(module)
        return listing.of(module, plugin) if listing else None

    def _listing(self, module: str) -> Listing | None:
        return next((one for package, one in self._of.items() if f"{module}.".startswith(f"{package}.")), None)
