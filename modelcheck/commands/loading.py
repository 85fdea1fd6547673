"""What every command starts with: the configuration, and the plug-ins under it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelcheck.config import Settings
    from modelcheck.plugins import Plugins


def load(config: Path | None = None) -> tuple[Settings, Plugins]:
    """The settings of ``config`` (None: of the nearest configuration file) and the plug-ins that they leave on."""
    from modelcheck.config import Settings, find_config, load_config
    from modelcheck.plugins import Plugins

    found = config or find_config(Path.cwd())
    settings = load_config(found) if found else Settings()
    return settings, Plugins(settings.disabled_plugins)
