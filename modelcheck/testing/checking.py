"""Runs one rule, or a rule's own examples, on files in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from modelcheck.config import Settings
from modelcheck.declarations import Rule
from modelcheck.engine.lock.file import FILE, parse_lock
from modelcheck.engine.shared import Shared
from modelcheck.engine.target import TargetRun
from modelcheck.errors import TargetError
from modelcheck.findings import Cost
from modelcheck.pages import Fence
from modelcheck.plugins import Plugins
from modelcheck.report import Report, Reported
from modelcheck.sources import Access, Opened
from modelcheck.sources.named import NamedSource
from modelcheck.sources.target import Target
from modelcheck.testing.memory import MemorySource
from modelcheck.testing.tiny import content

_Files = Mapping[str, str | bytes]


@cache
def installed() -> Plugins:
    """Return every installed plug-in, loaded once in a test run."""
    return Plugins()


class _InMemory:
    """Opens the checkpoints of a test. Every other one that a file names is judged by its name, so no test uses the network.

    The checkpoints of the owner ``nobody`` do not exist.
    """

    def __init__(self, others: Mapping[str, Mapping[str, str | bytes]]) -> None:
        self._others = others

    def open(self, target: Target, access: Access) -> Opened | None:
        """Return a source in memory. Raises TargetError."""
        if (target.id or "").startswith("nobody/"):
            raise TargetError("not-found", f"{target.id} is not on the Hub")
        if target.id and target.id in self._others:
            return Opened(MemorySource(self._others[target.id], target.id, kind="hub"), "modelcheck.testing")
        if target.kind == "other":
            return installed().open(target, access)
        return Opened(NamedSource(target.id or target.text, target.revision), "modelcheck.testing")


def find_rule(rule: str | Callable[..., Any]) -> Rule:
    """Return a rule by its name or its function. Raises LookupError."""
    for known in installed().registry.rules.values():
        if rule in (known.name, known.function):
            return known
    raise LookupError(f"there is no rule {rule!r}: is its plug-in installed, and does its modelcheck_register add the rule?")


def check(
    rule: str | Callable[..., Any],
    files: Mapping[str, str | bytes],
    *,
    name: str = "memory",
    options: Mapping[str, Any] | None = None,
    others: Mapping[str, Mapping[str, str | bytes]] | None = None,
) -> list[Reported]:
    """Return what a rule finds in a checkpoint, or a tree of deployment files, made of ``files`` (path → content).

    The files are scanned as ``modelcheck scan`` scans a folder. ``name`` is the checkpoint's name; one with a slash counts as a Hub
    id. ``others`` are further checkpoints of the Hub, by id.

    Raises AssertionError if the rule, or a fact that it asks for, crashes.
    """
    chosen = find_rule(rule)
    report = run(
        files,
        Settings(select=(chosen.name,), offline=True, budget=Cost.WEIGHTS, rules={chosen.name: dict(options or {})}),
        name,
        others,
    )
    return [found for found in report.findings if found.rule == chosen.name]


def run(
    files: Mapping[str, str | bytes],
    settings: Settings,
    name: str = "memory",
    others: Mapping[str, Mapping[str, str | bytes]] | None = None,
) -> Report:
    """Scan files in memory, and return the report. Raises AssertionError if something crashes."""
    source = MemorySource(files, name, kind="hub" if "/" in name else "folder")
    text = files.get(FILE)
    locked = parse_lock(text if isinstance(text, str) else text.decode(), Path(FILE)) if text is not None else None
    work = TargetRun(Shared(installed().registry, _InMemory(others or {}), settings, locked=locked))
    work.scan_tree(name, source)
    for error in work.report.errors:
        raise AssertionError(error.details or error.message)
    return work.report


def check_examples(rule: str | Callable[..., Any]) -> None:
    """Run a rule's documentation: the files under ``## Bad`` must fire, those under ``## Good`` must not.

    Raises AssertionError that names the rule and the section.
    """
    chosen = find_rule(rule)
    found = {}
    for section in ("Bad", "Good"):
        files, name, others = example(rule, section)
        if not files:
            raise AssertionError(f"{chosen.name}: its docstring needs files under ## Bad and under ## Good")
        found[section] = check(chosen.name, files, name=name, others=others)
    if not found["Bad"]:
        raise AssertionError(f"{chosen.name}: the files under ## Bad do not fire")
    if found["Good"]:
        raise AssertionError(f"{chosen.name}: the files under ## Good fire: {found['Good'][0].finding.message}")


def example(rule: str | Callable[..., Any], section: str) -> tuple[_Files, str, Mapping[str, _Files]]:
    """Return the files in a section of a rule's docstring, the checkpoint's name, and the other checkpoints of the Hub, by id."""
    page = find_rule(rule).page
    others = {name: _written(fences) for name, fences in page.others(section).items()}
    return _written(page.files(section)), page.called(section) or "memory", others


def _written(fences: Mapping[str, Fence]) -> dict[str, str | bytes]:
    return {path: content(*fence) for path, fence in fences.items()}
