"""Lists of what the first-party packages declare, as their signatures and decorators say: ``_listed.py`` of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from modelcheck import facts, readers
from modelcheck.declarations import DECLARED, Declared, Fact, Reader, Rule
from modelcheck.listing import OR_NONE, TYPES, Entry
from modelcheck.registry import Registry

import modelcheck_rules

FOLDERS = {
    "modelcheck_rules": Path(modelcheck_rules.__file__).parent,
    "modelcheck.readers": Path(readers.__file__).parent,
    "modelcheck.facts": Path(facts.__file__).parent,
}
HEAD = '''"""What this package declares. Generated from signatures and decorators by tests/tools/generate_docs.py; do not edit."""

# fmt: off
'''


def declared(package: str) -> dict[str, Declared]:
    """Every rule, signal and reader of a package by its module, and its name if that is another; read from its signature."""
    registry = Registry()
    registry.scan(package)
    found = {}
    for one in (*registry.ready.values(), *registry.signals.values(), *registry.readers.values(), *registry.facts.values()):
        module, name = one.function.__module__.removeprefix(f"{package}."), one.function.__name__
        found[module if module.rpartition(".")[2] == name else f"{module}:{name}"] = one
    return dict(sorted(found.items()))


def entry(one: Declared) -> Entry:
    """What the list says of a function."""
    details: dict[str, Any] = getattr(one.function, DECLARED)[1]
    needs = ", ".join(f"{need.parameter}: {need.kind.__name__}{OR_NONE if need.optional else ''}" for need in one.needs)
    written = {kind: name for name, kind in TYPES.items()}
    options = tuple((option.name, written[option.kind], option.default) for option in one.options)
    if isinstance(one, Rule):
        return "rule", (details["severity"].upper(), details["since"], details["default"]), needs, options
    if isinstance(one, Reader):
        return "reader", (one.files, one.mentions), needs, options
    if isinstance(one, Fact):
        return "fact", (one.kind.__name__, one.cost.name, one.local.name, one.reads), needs, options
    return "signal", (details["group"],), needs, options


def listings() -> dict[Path, str]:
    """The text of each ``_listed.py``."""
    return {folder / "_listed.py": _text(declared(package)) for package, folder in FOLDERS.items()}


def _text(found: dict[str, Declared]) -> str:
    kinds = {need.kind for one in found.values() for need in one.needs} | {
        one.kind for one in found.values() if isinstance(one, Fact)
    }
    modules = {kind.__name__: kind.__module__ for kind in kinds}
    names = "".join(f"    {name!r}: {modules[name]!r},\n" for name in sorted(modules))
    functions = "".join(f"    {path!r}: {entry(one)!r},\n" for path, one in found.items())
    return f"{HEAD}FACTS = {{\n{names}}}\nFUNCTIONS = {{\n{functions}}}\n"
