"""Runs one rule, or a rule's own examples, on files in memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from modelcheck.config import FILE as CONFIG
from modelcheck.config import Settings, parse_config, suggestion
from modelcheck.declarations import Declared, Rule
from modelcheck.engine.lock.file import FILE, parse_lock
from modelcheck.engine.shared import Shared
from modelcheck.engine.target import TargetRun
from modelcheck.errors import TargetError
from modelcheck.findings import Cost
from modelcheck.pages import Fence
from modelcheck.plugins import Plugins
from modelcheck.report import Report, Reported, Skipped
from modelcheck.sources import Access, Opened
from modelcheck.sources.named import NamedSource
from modelcheck.sources.target import Target
from modelcheck.testing.memory import MemorySource
from modelcheck.testing.tiny import content

D = TypeVar("D", bound=Declared)
ENGINE = "modelcheck.builtin"
IDENTITY = "served_identity.json"
"""A file of an example: what ``--expect`` finds, as the JSON report has it."""
Files = Mapping[str, str | bytes]
"""Path → content; text is encoded as UTF-8."""


@cache
def installed() -> Plugins:
    """Return every installed plug-in, loaded once in a test run."""
    return Plugins()


class _InMemory:
    """Opens the checkpoints of a test. Every other one that a file names is judged by its name, so no test uses the network.

    The checkpoints of the owner ``nobody`` do not exist.
    """

    def __init__(self, others: Mapping[str, Files]) -> None:
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
    return find("rule", installed().registry.rules, rule)


def find(kind: str, known: Mapping[str, D], wanted: str | Callable[..., Any]) -> D:
    """Return one of the ``known`` rules, signals or readers by its name or its function. Raises LookupError."""
    found = next((one for one in known.values() if wanted in (one.name, one.function)), None)
    if found is None:
        hint = f"is its plug-in installed, and does its modelcheck_register add the {kind}?"
        raise LookupError(f"there is no {kind} {wanted!r}{suggestion(str(wanted), known)}: {hint}")
    return found


def check(
    rule: str | Callable[..., Any],
    files: Files,
    *,
    name: str = "memory",
    options: Mapping[str, Any] | None = None,
    others: Mapping[str, Files] | None = None,
    may_skip: bool = False,
) -> list[Reported]:
    """Return what a rule finds in a checkpoint, or a tree of deployment files, made of ``files`` (path → content).

    The files are scanned as ``modelcheck scan`` scans a folder. ``name`` is the checkpoint's name; one with a slash counts as a Hub
    id. ``others`` are further checkpoints of the Hub, by id. ``options`` are the rule's, by default those of a ``modelcheck.toml``
    among the files. ``may_skip`` allows that the rule is skipped; it then finds nothing.

    Raises AssertionError if the rule, or a fact that it asks for, crashes; and with the reason if the rule did not run at all:
    because a fact that it needs is missing, say, or because no file names a model.
    """
    chosen = find_rule(rule)
    given = dict(_configured(files, chosen.name) if options is None else options)
    settings = Settings(select=(chosen.name,), offline=True, budget=Cost.WEIGHTS, rules={chosen.name: given})
    report = run(files, settings, name, others)
    found = [one for one in report.findings if one.rule == chosen.name]
    why = None if found or may_skip else _why_not_run(chosen, report)
    if why:
        raise AssertionError(f"{chosen.name} did not run, so finding nothing proves nothing: {why}. may_skip=True allows this")
    return found


def _configured(files: Files, rule: str) -> Mapping[str, Any]:
    """The options of a rule in a configuration file among the files; none without one. Raises Misuse."""
    content = files.get(CONFIG)
    if content is None:
        return {}
    return parse_config(content if isinstance(content, bytes) else content.encode(), Path(CONFIG)).options(rule)


def _why_not_run(rule: Rule, report: Report) -> str | None:
    """Why a rule was called nowhere; None if it was called."""
    if rule.plugin == ENGINE:  # its findings are made by the engine itself
        return None
    skipped: list[tuple[Skipped, ...]]
    if installed().registry.scope(rule) == "use":
        skipped = [use.skipped for use in report.uses if use.verdict is not None]
        nothing = _no_checkpoint_of_uses(report)
    else:
        skipped = [tuple(one.skipped) for one in report.checkpoints if one.asked]
        nothing = "the files are not those of a checkpoint (a config.json, a model card with front matter, weights …)"
    reasons = [next((one.reason for one in some if one.rule == rule.name), None) for some in skipped]
    return None if None in reasons else " and ".join(dict.fromkeys(filter(None, reasons))) or nothing


def _no_checkpoint_of_uses(report: Report) -> str:
    unresolved = [f"{one.use.at}: {one.use.model} {one.use.unresolved or 'cannot be opened'}".strip() for one in report.uses]
    left = [f"{path} {why}" for path, why in report.files_left.items()]
    return "; ".join([*unresolved, *left]) or "no file names a model, as far as the installed readers can tell"


def run(
    files: Files,
    settings: Settings,
    name: str = "memory",
    others: Mapping[str, Files] | None = None,
) -> Report:
    """Scan files in memory, and return the report. Raises AssertionError if something crashes."""
    shared, source = prepare(files, settings, name, others)
    work = TargetRun(shared)
    work.scan_tree(name, source)
    for error in work.report.errors:
        raise AssertionError(error.details or error.message)
    return work.report


def prepare(files: Files, settings: Settings, name: str, others: Mapping[str, Files] | None = None) -> tuple[Shared, MemorySource]:
    """Return what a run shares, and the source of files in memory. A modelcheck.lock and a comparison (``IDENTITY``) count."""
    if IDENTITY in files:
        files = {"config.json": '{"model_type": "llama"}', **files}  # so that there is something to judge
    source = MemorySource(files, name, kind="hub" if "/" in name else "folder")
    if IDENTITY in files:
        source.facts = _identity(files[IDENTITY])
    text = files.get(FILE)
    locked = parse_lock(text if isinstance(text, str) else text.decode(), Path(FILE)) if text is not None else None
    return Shared(installed().registry, _InMemory(others or {}), settings, locked=locked), source


def _identity(content: str | bytes) -> Mapping[type, Any]:
    """The fact ``ServedIdentity`` in the form that the JSON report has it: no files say how a server answers."""
    from modelcheck.facts.deferred.served_identity import ServedIdentity
    from modelcheck.served import Check

    try:
        data = json.loads(content)
        checks = tuple(Check(_text(one["name"]), one["outcome"], _text(one["says"]), one["fault"]) for one in data["checks"])
        identity = ServedIdentity(_text(data["expected"]), None, _text(data["address"]), checks, len(checks))
    except (ValueError, TypeError, KeyError, RecursionError):
        return {}  # the rule is then skipped, which ``check`` reports
    return {ServedIdentity: identity}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


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


def example(rule: str | Callable[..., Any], section: str) -> tuple[Files, str, Mapping[str, Files]]:
    """Return the files in a section of a rule's docstring, the checkpoint's name, and the other checkpoints of the Hub, by id."""
    page = find_rule(rule).page
    others = {name: _written(fences) for name, fences in page.others(section).items()}
    return _written(page.files(section)), page.called(section) or "memory", others


def _written(fences: Mapping[str, Fence]) -> dict[str, str | bytes]:
    return {path: content(*fence) for path, fence in fences.items()}
