"""Finds, loads and names plug-ins. What is first-party comes in by the same hooks as anyone's."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pluggy

from modelcheck import hookspecs
from modelcheck.errors import Misuse, PluginError
from modelcheck.facts.model_use import ModelUse
from modelcheck.probe import ProbeOptions
from modelcheck.registry import Registry
from modelcheck.report import Reporter
from modelcheck.sources import Access, Source
from modelcheck.sources.target import Target

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "modelcheck"
FIRST_PARTY = (
    "modelcheck.facts", "modelcheck.readers", "modelcheck_rules", "modelcheck.builtin",
    "modelcheck.sources.named", "modelcheck.sources.hub", "modelcheck.sources.cache", "modelcheck.sources.folder",
    "modelcheck.sources.ollama", "modelcheck.sources.endpoint",
    "modelcheck.reporters.text", "modelcheck.reporters.json_report", "modelcheck.reporters.jsonl_report",
)  # fmt: skip
"""In the order of registration; pluggy asks the last one first."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """One plug-in: its name, the distribution that brought it (empty for our own), and why it is disabled."""

    name: str
    distribution: str
    disabled: str | None = None


class Plugins:
    """Every plug-in that is installed, less the disabled ones (name → reason)."""

    def __init__(self, disabled: dict[str, str] | None = None) -> None:
        self._manager = pluggy.PluginManager(GROUP)
        self._manager.add_hookspecs(hookspecs)
        self.list: list[Plugin] = []
        for name in FIRST_PARTY:
            self._manager.register(importlib.import_module(name), name)
            self.list.append(Plugin(name, ""))
        self._third_parties(disabled or {})

    def _third_parties(self, disabled: dict[str, str]) -> None:
        found = sorted(_entry_points(), key=lambda entry: entry.name)
        for name in disabled:
            if name not in {entry.name for entry in found}:
                raise Misuse(f"disable-plugins names {name!r}, but no such plug-in is installed")
        for entry in found:
            distribution = f"{entry.dist.name} {entry.dist.version}" if entry.dist else ""
            self.list.append(Plugin(entry.name, distribution, disabled.get(entry.name)))
            if entry.name in disabled:
                continue
            try:
                self._manager.register(entry.load(), entry.name)
                self._manager.check_pending()
            except Exception as error:
                raise _failed(entry.name, distribution, error) from error

    @cached_property
    def registry(self) -> Registry:
        """The table of everything that the plug-ins brought, checked. Raises PluginError."""
        registry = Registry(roots=(Source, ProbeOptions), per_use=(ModelUse,))
        for implementation in self._manager.hook.modelcheck_register.get_hookimpls():
            registry.plugin = implementation.plugin_name
            try:
                implementation.function(registry)
            except PluginError:
                raise
            except Exception as error:
                raise _failed(implementation.plugin_name, "", error) from error
        registry.check()
        return registry

    def open(self, target: Target, access: Access) -> Source | None:
        """The first source that takes the target. Raises TargetError."""
        source: Source | None = self._manager.hook.modelcheck_open(target=target, access=access)
        return source

    @cached_property
    def reporters(self) -> dict[str, Reporter]:
        """Output formats by name."""
        found: dict[str, Reporter] = {}
        for brought in reversed(self._manager.hook.modelcheck_reporters()):
            found |= brought
        return found


def _entry_points() -> Iterable[EntryPoint]:
    """The installed entry points of our group.

    The library that knows them takes as long to import as click does, and most environments hold no plug-in; so it is
    asked only where some installed project's entry points mention the group, or where one cannot be looked into.
    """
    if not any(_may_hold_plugins(Path(place or ".")) for place in sys.path):
        return ()
    from importlib.metadata import entry_points

    return entry_points(group=GROUP)


def _may_hold_plugins(place: Path) -> bool:
    if not place.is_dir():
        return place.is_file()  # a zip file, say
    header = f"[{GROUP}]".encode()
    return any(
        header in path.read_bytes()
        for path in (*place.glob("*.dist-info/entry_points.txt"), *place.glob("*.egg-info/entry_points.txt"))
    )


def _failed(name: str, distribution: str, error: Exception) -> PluginError:
    of = f" (of {distribution})" if distribution else ""
    return PluginError(
        f"the plug-in {name}{of} failed to load: {type(error).__name__}: {error}. "
        f'Mend or uninstall it, or switch it off with a reason: [tool.modelcheck.disable-plugins] {name} = "…"'
    )
