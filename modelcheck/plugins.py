"""Finds and loads plug-ins, and calls their hooks. modelcheck's own parts are registered by the same hooks."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pluggy

from modelcheck import hookspecs
from modelcheck.blame import blame
from modelcheck.errors import Broken, Crash, Misuse, PluginError, TargetError
from modelcheck.facts.model_use import ModelUse
from modelcheck.printable import printable
from modelcheck.probe import ProbeOptions
from modelcheck.records import record
from modelcheck.registry import Registry
from modelcheck.report import ErrorReport, Report, Reporter, Style
from modelcheck.sources import Access, Opened, Source
from modelcheck.sources.target import Target

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "modelcheck"
FIRST_PARTY = (
    "modelcheck.facts", "modelcheck.readers", "modelcheck_rules", "modelcheck.builtin",
    "modelcheck.sources.named", "modelcheck.sources.hub", "modelcheck.sources.cache", "modelcheck.sources.folder",
    "modelcheck.sources.ollama", "modelcheck.sources.endpoint", "modelcheck.sources.stream",
    "modelcheck.reporters.formats",
)  # fmt: skip
"""In the order of registration. The hook ``modelcheck_open`` is called in the reverse order."""


@record(eq=True)
class Plugin:
    """One plug-in: its name, the distribution that it belongs to (empty for modelcheck's own), and why it is disabled."""

    name: str
    distribution: str
    disabled: str | None = None


class Plugins:
    """Every installed plug-in except the disabled ones (name → reason). Raises Misuse, PluginError."""

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
            with _loading(entry.name, distribution):
                self._manager.register(entry.load(), entry.name)
                self._manager.check_pending()

    @cached_property
    def registry(self) -> Registry:
        """The table of the rules, signals, facts and readers of all plug-ins, checked. Raises PluginError."""
        registry = Registry(roots=(Source, ProbeOptions), per_use=(ModelUse,))
        for implementation in self._manager.hook.modelcheck_register.get_hookimpls():
            registry.plugin = implementation.plugin_name
            with _loading(implementation.plugin_name):
                implementation.function(registry)
        registry.check()
        return registry

    def open(self, target: Target, access: Access) -> Opened | None:
        """Return the first source that a plug-in returns for a target. Raises TargetError, Broken, and Crash for its other errors.

        Each hook is called here and not by pluggy, which does not say whose hook raised an exception.
        """
        arguments = {"target": target, "access": access}
        for hook in reversed(self._manager.hook.modelcheck_open.get_hookimpls()):
            with blame("modelcheck_open", hook.plugin_name, target.text, allow=(TargetError, Broken)):
                source = hook.function(*(arguments[name] for name in hook.argnames))
                if source is None:
                    continue
                if not isinstance(source, Source):
                    raise TypeError(f"it returned {type(source).__name__}, which is not a Source")
                return Opened(source, hook.plugin_name)
        return None

    @cached_property
    def reporters(self) -> dict[str, Reporter]:
        """Output formats by name. Of two with the same name, the one registered last counts. Raises PluginError."""
        found: dict[str, Reporter] = {}
        for hook in self._manager.hook.modelcheck_reporters.get_hookimpls():
            with _loading(hook.plugin_name):
                reporters: Mapping[str, Reporter] = hook.function()  # type: ignore[assignment] # pluggy says object
                found |= {
                    name: _guarded(name, hook.plugin_name, reporter, found.get("text")) for name, reporter in reporters.items()
                }
        return found


def _guarded(name: str, plugin: str, reporter: Reporter, fallback: Reporter | None) -> Reporter:
    """The reporter. If it crashes, the report gets an error and ``fallback`` writes it, so that it is not lost."""

    def report_safely(report: Report, style: Style) -> str:
        try:
            with blame(f"the reporter {name}", plugin):
                text = reporter(report, style)
                if not isinstance(text, str):
                    raise TypeError(f"it returned {type(text).__name__} where str is expected")
        except Crash as crash:
            if fallback is None:
                raise
            report.errors.append(
                ErrorReport(name, "crash", f"{crash}. The report is written in the format text instead", crash.details)
            )
            # The format may be one of commands to a CI system, of which this text must not hold any.
            return printable(fallback(report, style), colors=style.color)
        return text

    return report_safely


def _entry_points() -> Iterable[EntryPoint]:
    """Return the installed entry points of our group.

    ``importlib.metadata`` takes as long to import as click does, and most environments have no plug-in. So it is imported only
    if an installed project's entry points mention the group, or cannot be read.
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


@contextmanager
def _loading(name: str, distribution: str = "") -> Iterator[None]:
    """Turn what a plug-in raises while it is loaded into a PluginError that names it."""
    try:
        with blame("loading", name, allow=(PluginError,)):
            yield
    except Crash as crash:
        of = f" (of {distribution})" if distribution else ""
        raise PluginError(
            f"the plug-in {name}{of} failed to load: {crash.cause}. "
            f'Fix or uninstall it, or disable it with a reason: [tool.modelcheck.disable-plugins] {name} = "…"'
        ) from crash.__cause__
