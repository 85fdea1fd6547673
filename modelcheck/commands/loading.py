"""Loads the configuration and the plug-ins for a command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from modelcheck.config import Settings
    from modelcheck.errors import PluginError
    from modelcheck.plugins import Plugins


def warn(mistakes: Iterable[PluginError]) -> None:
    """Write mistakes in plug-ins to standard error. ``scan`` has them in its report."""
    from modelcheck.commands.output import say

    for mistake in mistakes:
        say(f"Warning: {mistake}", error=True)


def load(config: Path | None = None) -> tuple[Settings, Plugins]:
    """The settings from ``config``, or from the nearest configuration file if None, and the plug-ins that they do not disable."""
    from modelcheck.config import Settings, find_config, load_config
    from modelcheck.plugins import Plugins

    found = config or find_config(Path.cwd())
    settings = load_config(found) if found else Settings()
    return settings, Plugins(settings.disabled_plugins, _guard)


def _guard(packages: Mapping[str, str], tell: Callable[[PluginError], None]) -> None:
    """Keep plug-ins from what harms the others, and from the report."""
    from modelcheck.commands.output import report_to
    from modelcheck.diverted import divert
    from modelcheck.plugin_code import guard

    guard(packages)
    report_to(divert(tell))
