"""Settings: ``[tool.modelcheck]`` of ``pyproject.toml`` or ``modelcheck.toml``, under what the command line says.

Every key is checked against what is known, every value against its type; what does not fit is an error that names the
file, the line and the nearest key that exists.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modelcheck.errors import Misuse
from modelcheck.findings import Cost, Severity
from modelcheck.probe import ProbeOptions
from modelcheck.registry import Registry

FILE = "modelcheck.toml"
_KEYS: dict[str, tuple[type, str]] = {
    "select": (list, "a list of rules or areas"),
    "profiles": (list, "a list of areas whose rules are asked for by name only"),
    "ignore": (dict, "a table of rule = reason"),
    "fail-on": (str, "one of note, warning, error, never"),
    "budget": (str, "one of files, network, weights, generate"),
    "offline": (bool, "true or false"),
    "exclude": (list, "a list of path patterns"),
    "disable-plugins": (dict, "a table of plug-in = reason"),
    "rules": (dict, "a table of rule = its options"),
}


@dataclass(slots=True, eq=False)
class Settings:
    """What a run is to do. ``ignore`` and ``disabled_plugins`` are name → reason; ``profiles`` are areas whose rules
    run though they are not on by default; ``rules`` is rule → option → value.

    ``lock`` is the file that uses are judged from, where they are; ``probe`` how models may be run, where they may;
    ``model`` the one to take of a server that has many.
    """

    select: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    ignore: dict[str, str] = field(default_factory=dict)
    fail_on: Severity | None = Severity.ERROR
    budget: Cost = Cost.NETWORK
    offline: bool = False
    timeout: float = 30.0
    require_complete: bool = False
    exclude: tuple[str, ...] = ()
    disabled_plugins: dict[str, str] = field(default_factory=dict)
    rules: dict[str, dict[str, Any]] = field(default_factory=dict)
    origin: Path | None = None
    lock: Path | None = None
    model: str | None = None
    probe: ProbeOptions = field(default_factory=ProbeOptions)

    def options(self, rule: str) -> dict[str, Any]:
        """The options set for a rule, its severity left out."""
        return {key: value for key, value in self.rules.get(rule, {}).items() if key != "severity"}

    def severity(self, rule: str, own: Severity) -> Severity:
        """The severity of a rule's findings: the one set, else its own."""
        chosen = self.rules.get(rule, {}).get("severity")
        return Severity[chosen.upper()] if chosen else own


def find_config(start: Path) -> Path | None:
    """The nearest configuration at or above ``start``: ``modelcheck.toml``, else a ``pyproject.toml`` that has our table."""
    for folder in (start, *start.parents):
        own, project = folder / FILE, folder / "pyproject.toml"
        if own.is_file():
            return own
        if project.is_file() and b"[tool.modelcheck" in project.read_bytes():
            return project
    return None


def load_config(path: Path) -> Settings:
    """Read one configuration file. Raises Misuse."""
    try:
        text = path.read_text("utf-8")
        data = tomllib.loads(text)
    except OSError as error:
        raise Misuse(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Misuse(f"{path}: is not valid TOML: {error or 'nested too deeply'}") from None
    if path.name != FILE and "tool" in data:
        data = data["tool"].get("modelcheck", {}) if isinstance(data["tool"], dict) else {}
    return _Reading(path, text).settings(data)


class _Reading:
    """One file's table on its way to Settings."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text

    def wrong(self, key: str, message: str) -> Misuse:
        found = re.search(rf'^[ \t]*\[?[^\n=]*["\']?{re.escape(key)}["\']?[ \t]*[\]=]', self.text, re.MULTILINE)
        line = f":{self.text.count(chr(10), 0, found.start()) + 1}" if found else ""
        return Misuse(f"{self.path}{line}: {message}")

    def settings(self, data: Any) -> Settings:
        if not isinstance(data, dict):
            raise self.wrong("modelcheck", "tool.modelcheck must be a table")
        for key, value in data.items():
            if key not in _KEYS:
                raise self.wrong(key, f"unknown key {key!r}{suggestion(key, _KEYS)}")
            kind, wanted = _KEYS[key]
            if not isinstance(value, kind):
                raise self.wrong(key, f"{key} must be {wanted}")
        made = Settings(origin=self.path)
        made.select = self.strings(data, "select")
        made.profiles = self.strings(data, "profiles")
        made.exclude = self.strings(data, "exclude")
        made.ignore = self.reasons(data, "ignore")
        made.disabled_plugins = self.reasons(data, "disable-plugins")
        made.offline = data.get("offline", made.offline)
        made.budget = self.choice(data, "budget", {str(cost): cost for cost in Cost}, made.budget)
        made.fail_on = self.choice(
            data, "fail-on", {**{str(severity): severity for severity in Severity}, "never": None}, made.fail_on
        )
        for name, options in data.get("rules", {}).items():
            if not isinstance(options, dict):
                raise self.wrong(name, f"rules.{name!r} must be a table of options")
            made.rules[name] = options
        return made

    def strings(self, data: Mapping[str, Any], key: str) -> tuple[str, ...]:
        values = data.get(key, [])
        if not all(isinstance(value, str) for value in values):
            raise self.wrong(key, f"{key} must be {_KEYS[key][1]}")
        return tuple(values)

    def reasons(self, data: Mapping[str, Any], key: str) -> dict[str, str]:
        for name, reason in data.get(key, {}).items():
            if not isinstance(reason, str) or not reason.strip():
                raise self.wrong(name, f"{key}.{name!r} needs a reason: a text that says why")
        return dict(data.get(key, {}))

    def choice(self, data: Mapping[str, Any], key: str, choices: Mapping[str, Any], default: Any) -> Any:
        if key in data and data[key] not in choices:
            raise self.wrong(key, f"{key} must be {_KEYS[key][1]}, not {data[key]!r}{suggestion(data[key], choices)}")
        return choices[data[key]] if key in data else default


def check_names(settings: Settings, registry: Registry) -> None:
    """Refuse names of rules and options that nobody brought. Raises Misuse, with the nearest that exists."""
    if not (settings.select or settings.profiles or settings.ignore or settings.rules):
        return
    names = {*registry.rules, *registry.signals}
    areas = {name.partition("/")[0] for name in registry.rules}
    where = f"{settings.origin}: " if settings.origin else ""
    optional = {name.partition("/")[0] for name, rule in registry.rules.items() if not rule.default}
    for name in settings.profiles:
        if name not in optional:
            raise Misuse(f"{where}unknown profile {name!r}{suggestion(name, optional)}")
    for name in (*settings.select, *settings.ignore):
        if name.rstrip("/") not in names | areas:
            raise Misuse(f"{where}unknown rule or area {name!r}{suggestion(name, names | areas)}")
    for name, options in settings.rules.items():
        rule = registry.rules.get(name)
        if rule is None:
            raise Misuse(f"{where}unknown rule {name!r} in the table rules{suggestion(name, registry.rules)}")
        known = {option.name: option for option in rule.options}
        for key, value in options.items():
            if key == "severity" and value in ("note", "warning", "error"):
                continue
            if key == "severity" or key not in known:
                raise Misuse(
                    f"{where}rules.{name!r}: {key} = {value!r} is no option of this rule{suggestion(key, [*known, 'severity'])}"
                )
            if not known[key].accepts(value):
                raise Misuse(f"{where}rules.{name!r}: {key} must be of the type {known[key].type_name}, not {value!r}")


def suggestion(word: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?``, or nothing where no known word is near."""
    near = difflib.get_close_matches(str(word), list(known), 1, 0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
