"""What works in a plug-in, but probably not as its author thinks. Shown by ``modelcheck plugins`` and the tests of authors only."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from modelcheck.code_places import place_of
from modelcheck.declarations import Declared, Rule
from modelcheck.errors import PluginError
from modelcheck.findings import Span
from modelcheck.registry import Registry

SECTIONS = ("Bad", "Good", "Fix")
"""The sections that a rule's page has."""


def advice(registry: Registry, plugins: set[str]) -> Iterator[PluginError]:
    """About the rules and signals of some plug-ins: names that differ from their files', and pages without sections."""
    declared = [one for one in (*registry.rules.values(), *registry.signals.values()) if one.plugin in plugins]
    in_module: dict[str, list[str]] = {}
    for one in declared:
        in_module.setdefault(one.function.__module__, []).append(one.function.__name__)
    for one in declared:
        for message, hint in (*_name(one, in_module[one.function.__module__]), *(_page(one) if isinstance(one, Rule) else ())):
            at = place_of(one.function)
            yield PluginError(f"{one.name}: {message}", plugin=one.plugin, at=at, hint=hint, left_out=False)


def unread_folders(module: str, plugin: str) -> Iterator[PluginError]:
    """Folders of Python files in a plug-in's package without ``__init__.py``: nothing in them is found."""
    places = getattr(sys.modules.get(module.partition(".")[0]), "__path__", ())
    for place in places:
        for folder in sorted({path.parent for path in Path(place).rglob("*.py")}):
            if folder != Path(place) and not (folder / "__init__.py").exists():
                message = f"{folder.name} has no __init__.py, so nothing in it is found"
                at = Span(str(folder / "__init__.py"))
                yield PluginError(message, plugin=plugin, at=at, hint="Write an empty one", left_out=False)


def missing_sections(rule: Rule) -> list[str]:
    """The sections that a rule's page lacks."""
    return [section for section in SECTIONS if not rule.page.sections.get(section)]


def _name(one: Declared, in_file: list[str]) -> Iterator[tuple[str, str]]:
    package, _, file = one.function.__module__.rpartition(".")
    own = one.function.__name__
    if own == file or "." not in package:  # a module right below the package may hold many rules, and is their area
        return
    area = package.rpartition(".")[2].replace("_", "-")
    wanted = f"{area}/{own}".replace("_", "-")
    if len(in_file) == 1:
        hint = f"For {area}/{file.replace('_', '-')} call the function {file}; for {wanted} call the file {own}.py"
        yield f"its name is made of the file's, since the function {own} is not called as the file {file}.py is", hint
    elif file in in_file:
        yield f"it is the second one in {file}.py, so its area is {file.replace('_', '-')}", f"Move it to {own}.py for {wanted}"


def _page(one: Rule) -> Iterator[tuple[str, str]]:
    if not one.function.__doc__:
        yield "it has no docstring, which is its page", f"Write one: what it finds, why that matters, {_listed(SECTIONS)}"
        return
    missing = missing_sections(one)
    if missing:
        yield f"its page has no {_listed(missing)}", "modelcheck explain shows the page; the examples are its tests"


def _listed(sections: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"## {section}" for section in sections)
