"""Configuration files below the working folder: the nearest one says which rules check a deployment file."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from modelcheck.config import Settings, check_names, find_config, load_config
from modelcheck.engine.selection import Selection
from modelcheck.errors import Misuse
from modelcheck.registry import Registry


class NestedSelections:
    """The selections of rules of a run, by the folder of a file. Safe to use from many threads.

    Only rules, their options and severities, and what is ignored, are taken from a nested file; the rest belongs to the run.
    Checkpoints are judged by the run's own settings: a downloaded folder may bring a configuration file.
    """

    def __init__(self, registry: Registry, settings: Settings, base: Selection) -> None:
        self._registry = registry
        self._nested = settings.nested
        self._base = base
        self._top = Path.cwd() if settings.nested else Path()
        self._known: dict[str, Selection] = {}
        self._by_file: dict[Path, Selection] = {}
        self._lock = threading.Lock()
        self.faults: list[str] = []
        """What is wrong with nested files; the reader of the list empties it."""

    def of(self, path: str) -> Selection:
        """Return the selection for a local file."""
        if self._nested is None:
            return self._base
        written = os.path.dirname(path)  # noqa: PTH120 - asked for each rule and each use: pathlib took a tenth of a scan
        known = self._known.get(written)
        if known is not None:
            return known
        folder = Path(os.path.abspath(written))  # noqa: PTH100 - resolve() would follow links
        with self._lock:
            outside = folder == self._top or not folder.is_relative_to(self._top)
            return self._known.setdefault(written, self._base if outside else self._find(folder))

    def _find(self, folder: Path) -> Selection:
        try:
            found = find_config(folder, below=self._top)
        except Misuse as error:
            self.faults.append(str(error))
            return self._base
        if found is None or self._nested is None:
            return self._base
        if found not in self._by_file:
            self._by_file[found] = self._load(found)
        return self._by_file[found]

    def _load(self, path: Path) -> Selection:
        shown = Path(os.path.relpath(path, self._top))
        if path.is_symlink():
            self.faults.append(f"{shown}: a link, which is not followed; a configuration must be a plain file")
            return self._base
        try:
            settings = load_config(shown)
            check_names(settings, self._registry)
        except Misuse as error:
            self.faults.append(str(error))
            return self._base
        return Selection(self._registry, self._nested(settings) if self._nested else settings)
