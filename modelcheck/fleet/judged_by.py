"""What verdicts and findings depend on besides the checkpoint: the tool, the rules, the settings; as a short text to compare."""

from __future__ import annotations

import hashlib

from modelcheck.config import Settings
from modelcheck.plugins import Plugins
from modelcheck.version import VERSION


def judged_by(plugins: Plugins, configured: Settings, chosen: Settings) -> str:
    """A digest of ``rules_of``, followed by one of what the command line chose."""
    own = (chosen.select, chosen.profiles, sorted(chosen.ignore), str(chosen.budget), chosen.offline)
    return f"{rules_of(plugins, configured)}{_digest(own)}"


def rules_of(plugins: Plugins, configured: Settings) -> str:
    """A digest of the version, the plug-ins, the rules, and what the configuration file says about them."""
    by = [(one.name, one.distribution, one.disabled) for one in plugins.list]
    ignored = (sorted(configured.ignore), configured.exclude, sorted(configured.per_file_ignores.items()))
    return _digest((VERSION, by, sorted(plugins.registry.rules), sorted(configured.rules.items()), ignored))


def _digest(said: object) -> str:
    return hashlib.sha256(repr(said).encode()).hexdigest()[:8]
