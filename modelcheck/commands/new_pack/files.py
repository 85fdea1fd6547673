"""Renders the templates of a pack and of its parts. A template is a text with names to replace; nothing in it is executed."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import Template

import click

from modelcheck.commands.new_pack.names import PartName
from modelcheck.commands.new_pack.places import Place

_EXAMPLES = {"rule": "title-shouts", "signal": "helpdesk-name", "fact": "card-title", "reader": "model-list"}
_HOOKS = {"reporter": "modelcheck_reporters", "source": "modelcheck_open"}
_SINCE = "0.1"
_LINE = 120
"""Characters of a line, as the pyproject.toml of a new pack says."""


def pack_files(pack: str, package: str, kinds: tuple[str, ...]) -> dict[str, str]:
    """Return the files of a new pack: path → text."""
    common = {"pack": pack, "package": package, "variable": f"{package.upper()}_STORE"}
    made: dict[str, str] = {}
    contents = []
    for kind in kinds:
        name = PartName(package.replace("_", "-"), _EXAMPLES.get(kind, kind))
        made |= _part(kind, name, package, f"tests/test_{name.function}.py", common)
        contents.append(f"- a {kind}, `{name}`" if kind in _EXAMPLES else f"- a {kind}, `{package}/{kind}.py`")
    hooks = sorted(kind for kind in kinds if kind in _HOOKS)
    imports = "".join(f"from {package}.{kind} import {_HOOKS[kind]}\n" for kind in hooks)
    exports = ", ".join(f'"{name}"' for name in sorted(["modelcheck_register", *(_HOOKS[kind] for kind in hooks)]))
    common |= {"imports": f"\n{imports}" if imports else "", "exports": exports, "contents": "\n".join(contents)}
    made[f"{package}/__init__.py"] = _render("init.py", common)
    made[f"{package}/py.typed"] = ""
    return {name: _render(name, common) for name in ("pyproject.toml", "README.md")} | made


def part_files(kind: str, name: PartName, place: Place) -> dict[str, str]:
    """Return the files of a new part: path from the pack's root → text."""
    inside = place.package.relative_to(place.root).as_posix()
    package, of_pack = place.package.name, name.folder == place.package.name
    if place.ours:
        test = f"tests/rules/{name.folder}/test_{name.function}.py"
    else:
        test = f"tests/test_{name.function}.py" if of_pack else f"tests/test_{name.folder}_{name.function}.py"
    made = _part(
        kind, name, inside if of_pack else f"{inside}/{name.folder}", test, {}, package if of_pack else f"{package}.{name.folder}"
    )
    if not of_pack and not (place.package / name.folder / "__init__.py").exists():
        made = {f"{inside}/{name.folder}/__init__.py": ""} | made
    return made


def _part(
    kind: str, name: PartName, folder: str, test: str, common: Mapping[str, str], package: str | None = None
) -> dict[str, str]:
    module = f"{package or folder}.{name.function}"
    line = f"from {module} import {name.class_}"
    names = {
        "import_class": line if len(line) <= _LINE else f"from {module} import (\n    {name.class_},\n)",
        "name": str(name),
        "function": name.function,
        "class_": name.class_,
        "since": _SINCE,
        **common,
    }
    return {f"{folder}/{name.function}.py": _render(f"{kind}.py", names), test: _render(f"test_{kind}.py", names)}


def _render(template: str, names: Mapping[str, str]) -> str:
    text = (files(__package__) / "templates" / f"{template}.tmpl").read_text("utf-8")
    return Template(text).substitute(names)


def write_files(root: Path, made: Mapping[str, str]) -> None:
    """Write new files below ``root``. Raises UsageError, before anything is written, if one exists or would lie elsewhere."""
    for path in made:
        there = root / path
        if there.exists() or there.is_symlink():
            raise click.UsageError(f"{there} exists already, and modelcheck new overwrites nothing")
        if not there.resolve().is_relative_to(root.resolve()):
            raise click.UsageError(f"{there} lies outside of {root}: one of its folders is a link")
    try:
        for path, text in made.items():
            there = root / path
            there.parent.mkdir(parents=True, exist_ok=True)
            with there.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
    except OSError as error:
        raise click.UsageError(f"cannot write {error.filename or root}: {error.strerror or error}") from None
