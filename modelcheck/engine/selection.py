"""Which rules run, with which options and severities."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from typing import Any

from modelcheck.builtin import UNREADABLE
from modelcheck.config import Settings
from modelcheck.declarations import Rule
from modelcheck.findings import Severity
from modelcheck.registry import Registry


class Selection:
    """The rules of a registry that a run's settings select."""

    def __init__(self, registry: Registry, settings: Settings) -> None:
        self._registry = registry
        self._settings = settings
        self._lock = threading.Lock()
        self.of_use = [rule for rule in self._chosen(registry.ready) if registry.scope(rule) == "use"]

    @cached_property
    def of_checkpoint(self) -> list[Rule]:
        """The rules about a checkpoint itself. Only judging one needs them, since this imports many rules."""
        with self._lock:
            return [rule for rule in self._chosen(self._registry.rules) if self._registry.scope(rule) == "checkpoint"]

    def runs(self, name: str) -> bool:
        """Whether the rule of this name is selected."""
        return self._selected(self._registry.ready[name])

    def options(self, rule: Rule) -> Mapping[str, Any]:
        """The options set for a rule, as its annotations have them: what TOML calls a list is a tuple."""
        if rule.name not in self._settings.rules:
            return {}
        given = self._settings.options(rule.name)
        return {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}

    def severity(self, name: str) -> Severity:
        """The severity of a rule's findings: the one set, else its own."""
        return self._settings.severity(name, self._registry.ready[name].severity)

    def ignored_in(self, rule: str, path: str) -> str | None:
        """The reason why a rule's findings in a file are ignored; None if they are not.

        A pattern without a slash is compared with the file's name, any other with its path from the configuration file's folder.
        """
        patterns = self._settings.per_file_ignores
        if not patterns:
            return None
        folder = self._settings.origin.parent if self._settings.origin else Path()
        relative = os.path.relpath(path, folder)
        for pattern, rules in patterns.items():
            if fnmatch(relative if "/" in pattern else os.path.basename(path), pattern):  # noqa: PTH119
                for name in (rule, rule.partition("/")[0]):
                    if name in {one.rstrip("/") for one in rules}:
                        return next(reason for one, reason in rules.items() if one.rstrip("/") == name)
        return None

    def _chosen(self, rules: Mapping[str, Rule]) -> list[Rule]:
        return [rule for _, rule in sorted(rules.items()) if self._selected(rule)]

    def _selected(self, rule: Rule) -> bool:
        area = rule.name.partition("/")[0]
        names = {rule.name, area}
        if names & {name.rstrip("/") for name in self._settings.ignore}:
            return False
        if self._settings.select and rule.name != UNREADABLE:
            return bool(names & {name.rstrip("/") for name in self._settings.select})
        return rule.default or area in self._settings.profiles
