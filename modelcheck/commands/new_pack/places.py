"""Where a new part belongs: the pack whose folder we are in, or modelcheck's own rules."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import click

from modelcheck.entry_points import GROUP
from modelcheck.records import record

_OURS = Path("rules/modelcheck_rules")


@record()
class Place:
    """``package`` is the folder of the pack's package, ``root`` that of its pyproject.toml.

    ``ours`` is set for modelcheck's own repository.
    """

    root: Path
    package: Path
    ours: bool = False


def find_place(start: Path) -> Place:
    """Return the pack that the nearest pyproject.toml with an entry point of modelcheck describes. Raises UsageError."""
    for folder in (start, *start.parents):
        project = _project(folder / "pyproject.toml")
        if project.get("name") == "modelcheck" and (folder / _OURS).is_dir():
            return Place(folder, folder / _OURS, ours=True)
        points = project.get("entry-points")
        entries = points.get(GROUP) if isinstance(points, dict) else None
        if isinstance(entries, dict) and entries:
            return _of_entry(folder, str(next(iter(entries.values()))))
    raise click.UsageError(
        "no pyproject.toml with a modelcheck entry point here or above. Change to the folder of your pack, or make one with: "
        "modelcheck new PACK"
    )


def _of_entry(folder: Path, value: str) -> Place:
    top = value.partition(":")[0].partition(".")[0].strip()
    for package in (folder / top, folder / "src" / top):
        if top.isidentifier() and (package / "__init__.py").is_file() and package.resolve().is_relative_to(folder.resolve()):
            return Place(folder, package)
    raise click.UsageError(f"{folder / 'pyproject.toml'} names {value!r}, but {folder} has no package {top}/ or src/{top}/")


def _project(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        project = tomllib.loads(path.read_text("utf-8")).get("project")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise click.UsageError(f"{path} cannot be read: {error}") from None
    return project if isinstance(project, dict) else {}
