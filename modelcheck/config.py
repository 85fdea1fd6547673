"""Settings from ``modelcheck.toml`` or ``[tool.modelcheck]`` in ``pyproject.toml``; the command line overrides them.

Every key and every type is checked: an error names the file, the line and the nearest key that exists.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from modelcheck.errors import Misuse
from modelcheck.findings import Cost, Severity
from modelcheck.piped import read_named
from modelcheck.probe import ProbeOptions
from modelcheck.records import record
from modelcheck.registry import Registry

FILE = "modelcheck.toml"
_LONGEST = 2**20
_SEVERITIES = ("note", "warning", "error")
_KEYS: dict[str, tuple[type, str]] = {
    "select": (list, "a list of rules or areas"),
    "profiles": (list, "a list of areas that are off by default"),
    "ignore": (dict, "a table of rule = reason"),
    "fail-on": (str, "one of note, warning, error, never"),
    "budget": (str, "one of files, network, weights, generate"),
    "offline": (bool, "true or false"),
    "exclude": (list, "a list of path patterns"),
    "per-file-ignores": (dict, "a table of path pattern = a table of rule = reason"),
    "gitignore": (bool, "true or false"),
    "disable-plugins": (dict, "a table of plug-in = reason"),
    "rules": (dict, "a table of rule = its options"),
}


@record()
class Settings:
    """What a run does. ``ignore`` and ``disabled_plugins`` map a name to a reason, ``rules`` a rule to its options.

    ``profiles`` are areas that run although they are off by default. ``timeout`` is in seconds. ``gitignore``: files that Git
    ignores are not scanned. ``cache``: keep what is found in files, for the next run. ``origin`` is the configuration file.
    ``lock`` is the lock file to take verdicts from, None to look them up. ``probe`` says how models may run; ``model`` is the one
    to test of a server that serves several; ``stdin_name`` is the path that standard input stands for, ``name`` the name under
    which the checkpoint of a folder is judged, ``against`` a file of fingerprints to compare weights with. ``per_file_ignores`` is
    path pattern → rule or area → reason. ``nested`` adds the command line's rules to the settings of a nested configuration file;
    None if there is to be no other file.
    """

    select: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    ignore: dict[str, str] = field(default_factory=dict)
    fail_on: Severity | None = Severity.ERROR
    budget: Cost = Cost.NETWORK
    offline: bool = False
    timeout: float = 30.0
    require_complete: bool = False
    require_resolved: bool = False
    gitignore: bool = True
    cache: bool = False
    exclude: tuple[str, ...] = ()
    per_file_ignores: dict[str, dict[str, str]] = field(default_factory=dict)
    disabled_plugins: dict[str, str] = field(default_factory=dict)
    rules: dict[str, dict[str, Any]] = field(default_factory=dict)
    origin: Path | None = None
    lock: Path | None = None
    model: str | None = None
    stdin_name: str | None = None
    name: str | None = None
    against: Path | None = None
    expect: str | None = None
    probe: ProbeOptions = field(default_factory=ProbeOptions)
    nested: Callable[[Settings], Settings] | None = None

    def options(self, rule: str) -> dict[str, Any]:
        """The options set for a rule, without its severity."""
        return {key: value for key, value in self.rules.get(rule, {}).items() if key != "severity"}

    def severity(self, rule: str, own: Severity) -> Severity:
        """The severity of a rule's findings: the one set, else its own."""
        chosen = self.rules.get(rule, {}).get("severity")
        return Severity[chosen.upper()] if chosen else own


def find_config(start: Path, below: Path | None = None) -> Path | None:
    """The nearest ``modelcheck.toml``, or ``pyproject.toml`` with a ``[tool.modelcheck]`` table, in ``start`` or above it.

    ``below`` is the folder before which the search ends. Raises Misuse for a file that cannot be read.
    """
    for folder in (start, *start.parents):
        if folder == below:
            return None
        own, project = folder / FILE, folder / "pyproject.toml"
        if is_file(own):
            return own
        if is_file(project) and b"[tool.modelcheck" in _read(project):
            return project
    return None


def load_config(path: Path) -> Settings:
    """Read one configuration file. Raises Misuse."""
    return parse_config(_read(path), path)


def parse_config(content: bytes, path: Path) -> Settings:
    """Read the content of a configuration file; ``path`` is for messages. Raises Misuse."""
    import tomllib

    try:
        text = content.decode()
        data = tomllib.loads(text)
    except RecursionError:
        raise Misuse(f"{path}: not valid TOML: nested too deeply") from None
    except ValueError as error:  # also for bytes that are not UTF-8, and for a number of too many digits
        raise Misuse(f"{path}: not valid TOML: {error}") from None
    if path.name != FILE and "tool" in data:
        data = data["tool"].get("modelcheck", {}) if isinstance(data["tool"], dict) else {}
    return _Reading(path, text).settings(data)


def is_file(path: Path) -> bool:
    """Whether there is a file; not where a name is too long or a folder may not be entered, for which pathlib raises."""
    return os.path.isfile(path)  # noqa: PTH113


def exists(path: Path) -> bool:
    """Whether there is a file, a folder or a pipe; not where a folder may not be entered, for which pathlib raises."""
    return os.path.exists(path)  # noqa: PTH110


def _read(path: Path) -> bytes:
    """A configuration file's bytes. Raises Misuse."""
    try:
        content = read_named(path, _LONGEST + 1)
    except OSError as error:
        raise Misuse(f"{path}: {error.strerror}") from None
    if len(content) > _LONGEST:
        raise Misuse(f"{path}: longer than {_LONGEST // 2**20} MiB, which no configuration is; --config names another file")
    return content


class _Reading:
    """Turns the table of one file into Settings."""

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
            if key == "tool" and self.path.name == FILE:
                raise self.wrong("tool.modelcheck", f"in {FILE} the keys are at the top level, without [tool.modelcheck]")
            if key not in _KEYS:
                raise self.wrong(key, f"unknown key {key!r}{suggestion(key, _KEYS)}")
            kind, wanted = _KEYS[key]
            if not isinstance(value, kind):
                raise self.wrong(key, f"{key} must be {wanted}")
        severities = {**{str(severity): severity for severity in Severity}, "never": None}
        for name, options in data.get("rules", {}).items():
            if not isinstance(options, dict):
                raise self.wrong(name, f"rules.{name!r} must be a table of options")
        return Settings(
            origin=self.path,
            select=self.strings(data, "select"),
            profiles=self.strings(data, "profiles"),
            exclude=self.strings(data, "exclude"),
            ignore=self.reasons(data, "ignore"),
            per_file_ignores=self.by_file(data.get("per-file-ignores", {})),
            disabled_plugins=self.reasons(data, "disable-plugins"),
            offline=data.get("offline", False),
            gitignore=data.get("gitignore", True),
            budget=self.choice(data, "budget", {str(cost): cost for cost in Cost}, Cost.NETWORK),
            fail_on=self.choice(data, "fail-on", severities, Severity.ERROR),
            rules=data.get("rules", {}),
        )

    def strings(self, data: Mapping[str, Any], key: str) -> tuple[str, ...]:
        values = data.get(key, [])
        if not all(isinstance(value, str) for value in values):
            raise self.wrong(key, f"{key} must be {_KEYS[key][1]}")
        return tuple(values)

    def reasons(self, data: Mapping[str, Any], key: str) -> dict[str, str]:
        for name, reason in data.get(key, {}).items():
            if not isinstance(reason, str) or not reason.strip():
                raise self.wrong(name, f'{key}.{name!r} needs a reason, such as "internal models"')
        return dict(data.get(key, {}))

    def by_file(self, data: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        for pattern, rules in data.items():
            if not isinstance(rules, dict):
                raise self.wrong(pattern, f"per-file-ignores.{pattern!r} must be a table of rule = reason")
        return {pattern: self.reasons({"per-file-ignores": rules}, "per-file-ignores") for pattern, rules in data.items()}

    def choice(self, data: Mapping[str, Any], key: str, choices: Mapping[str, Any], default: Any) -> Any:
        if key in data and data[key] not in choices:
            raise self.wrong(key, f"{key} must be {_KEYS[key][1]}, not {data[key]!r}{suggestion(data[key], choices)}")
        return choices[data[key]] if key in data else default


def check_names(settings: Settings, registry: Registry) -> None:
    """Check the names of rules, areas and options. Raises Misuse for an unknown one, with the nearest that exists.

    Deferred rules are known by the names of their files. Only rules whose options are set and the areas of profiles are imported;
    for an unknown name all are, to suggest one.
    """
    where = f"{settings.origin}: " if settings.origin else ""
    for area in settings.profiles:
        if all(rule.default for rule in registry.area(area)):
            optional = {rule.name.partition("/")[0] for rule in registry.rules.values() if not rule.default}
            raise Misuse(f"{where}unknown profile {area!r}{suggestion(area, optional)}")
    of_files = [name for rules in settings.per_file_ignores.values() for name in rules]
    for name in (*settings.select, *settings.ignore, *of_files):
        if not registry.has(name.rstrip("/")):
            raise Misuse(f"{where}unknown rule or area {name!r}{suggestion(name, known_names(registry))}")
    for name, options in settings.rules.items():
        _check_options(name, options, registry, where)


def known_names(registry: Registry) -> set[str]:
    """The names of all rules, signals and areas; imports the deferred rules."""
    names = {*registry.rules, *registry.signals}
    return names | {name.partition("/")[0] for name in names if "/" in name}


def _check_options(name: str, options: Mapping[str, Any], registry: Registry, where: str) -> None:
    if not registry.has_rule(name):
        raise Misuse(f"{where}unknown rule {name!r} in the table rules{suggestion(name, registry.rules)}")
    if options.get("severity", "error") not in _SEVERITIES:
        raise Misuse(f"{where}rules.{name!r}: severity must be one of {', '.join(_SEVERITIES)}, not {options['severity']!r}")
    if not options.keys() - {"severity"}:
        return  # every rule has a severity: nothing to import
    rule = registry.rule(name)
    known = {option.name: option for option in rule.options} if rule else {}
    for key, value in options.items():
        if key == "severity":
            continue
        if key not in known:
            raise Misuse(f"{where}rules.{name!r}: unknown option {key!r}{suggestion(key, [*known, 'severity'])}")
        if not known[key].accepts(value):
            raise Misuse(f"{where}rules.{name!r}: {key} must be of the type {known[key].type_name}, not {value!r}")


def suggestion(word: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?``, or an empty text if no known word is near."""
    import difflib

    near = difflib.get_close_matches(str(word), list(known), 1, 0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
