"""Whom a change of a checkpoint hits: the deployments that use it, the checkpoints that are made from it."""

from __future__ import annotations

import os
from pathlib import Path

from modelcheck.fleet.querying import query
from modelcheck.records import record


@record(eq=True)
class Dependent:
    """A place that uses the checkpoint: a file and its line (0 for none) in a repository or folder at a version."""

    tree: str
    version: str
    path: str
    line: int
    engine: str
    purpose: str
    revision: str | None


@record(eq=True)
class Impact:
    """The places that use a checkpoint, and what is made from it: names, each with its relation. ``known``: the store has it."""

    uses: tuple[Dependent, ...]
    derived: tuple[tuple[str, str], ...]
    known: bool


def impact_of(store: Path, name: str) -> Impact:
    """What depends on a checkpoint of a store, in any case. A path that is here stands for the folder. Raises Misuse."""
    local = os.path.abspath(name) if os.path.lexists(name) else name  # noqa: PTH100 - links stay as they are named
    names = tuple(dict.fromkeys((name.lower(), local.lower())))
    marks = ", ".join("?" * len(names))
    same = f"lower(target) IN ({marks}) OR lower(model) IN ({marks})"
    columns = "tree, version, path, line, engine, purpose, revision"
    _, by_name = query(store, f"SELECT {columns} FROM deployments WHERE {same}", *names, *names)  # noqa: S608 - columns of ours
    a_path = "model GLOB '*[./]*' AND coalesce(target, '.') GLOB '[./]*'"
    _, by_path = query(store, f"SELECT {columns}, model FROM deployments WHERE {a_path}")  # noqa: S608
    uses = {tuple(row) for row in by_name}
    uses |= {tuple(row[:-1]) for row in by_path if local in _places(str(row[0]), str(row[2]), str(row[-1]))}
    _, derived = query(
        store,
        "SELECT DISTINCT name, coalesce(relation, 'derivative') FROM fleet, json_each(fleet.base_models) "  # noqa: S608
        f"WHERE lower(json_each.value) IN ({marks}) ORDER BY name",
        *names,
    )
    _, known = query(store, f"SELECT 1 FROM fleet WHERE lower(name) IN ({marks}) LIMIT 1", *names)  # noqa: S608
    made = (
        Dependent(str(tree), str(version), str(path), int(str(line or 0)), str(engine), str(purpose), str(at) if at else None)
        for tree, version, path, line, engine, purpose, at in uses
    )
    return Impact(
        tuple(sorted(made, key=lambda one: (one.tree, one.path, one.line))),
        tuple((str(one), str(relation)) for one, relation in derived),
        bool(known),
    )


def _places(tree: str, path: str, model: str) -> set[str]:
    """Where a model named by a relative path can be: beside the file that names it, or below the tree's own folder."""
    return {os.path.normpath(os.path.join(tree, folder, model)) for folder in ("", os.path.dirname(path))}  # noqa: PTH118, PTH120
