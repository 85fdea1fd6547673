"""An installed plug-in, and what it brings of all six kinds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.metadata import EntryPoint
from typing import Any

from modelcheck.blame import blame
from modelcheck.config import suggestion
from modelcheck.declarations import Declared, Fact, Reader, Rule, Signal
from modelcheck.entry_points import installed_entry_points
from modelcheck.errors import Crash, PluginError
from modelcheck.plugins import FIRST_PARTY
from modelcheck.records import record
from modelcheck.testing.checking import installed


@record()
class Pack:
    """A plug-in by the name of its entry point. ``opens`` is its hook ``modelcheck_open``, None if it has none."""

    name: str
    rules: Mapping[str, Rule]
    signals: Mapping[str, Signal]
    facts: Mapping[str, Fact]
    readers: Mapping[str, Reader]
    reporters: tuple[str, ...]
    opens: Callable[..., Any] | None


def find_pack(text: str) -> Pack:
    """Return a plug-in by the name of its entry point, of its distribution or of its package.

    Raises LookupError if none is installed under that name, PluginError or Crash if it cannot be loaded.
    """
    entry = find_entry(text)
    name = entry if isinstance(entry, str) else entry.name
    found = installed()
    registry = found.registry
    with blame("loading", name, allow=(PluginError,)):
        plugin = import_module(entry) if isinstance(entry, str) else entry.load()
    return Pack(
        name,
        _of(name, registry.rules),
        _of(name, registry.signals),
        {fact.name: fact for fact in registry.facts.values() if fact.plugin == name},
        _of(name, registry.readers),
        tuple(sorted(format_ for format_, by in found.formats.items() if by == name)),
        getattr(plugin, "modelcheck_open", None),
    )


def find_entry(text: str) -> EntryPoint | str:
    """Return the entry point that a name means; one of modelcheck's own plug-ins is its module's name. Raises LookupError."""
    if text in FIRST_PARTY:
        return text
    entries = {entry.name: entry for entry in installed_entry_points()}
    for entry in entries.values():
        distribution = entry.dist.name if entry.dist else ""
        if _plain(text) in map(_plain, (entry.name, distribution, entry.module)):
            return entry
    known = ", ".join(sorted(entries)) or "none"
    hint = suggestion(text, entries)
    raise LookupError(f"no plug-in {text!r} is installed{hint} (installed: {known}). Install yours with: pip install -e .")


def load_pack(text: str) -> Pack:
    """Return a plug-in as ``find_pack`` does. Raises LookupError for whatever is wrong with it, with the reason."""
    try:
        return find_pack(text)
    except (PluginError, Crash) as error:
        raise LookupError(str(error)) from error


def _of(name: str, table: Mapping[str, Declared]) -> dict[str, Any]:
    return {key: one for key, one in sorted(table.items()) if one.plugin == name}


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")
