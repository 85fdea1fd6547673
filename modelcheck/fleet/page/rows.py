"""The checkpoints and uses of a store, as a page shows them: each text on one line, each value of the type that its column says.

A store may come from somebody else, and SQLite keeps a text in a column of numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from modelcheck.fleet.querying import query
from modelcheck.printable import one_line
from modelcheck.records import record
from modelcheck.reporters.xml_text import without_noncharacters

LABELS = ("base", "instruct", "unknown", "not-applicable")
_LONGEST = 300
"""Characters of a text; a name or a path of more is cut."""
_MOST_EXACT = 2**53
_MOST = 20
"""Values of a list: parents, stop tokens, rules."""


@record()
class Checkpoint:
    """A checkpoint as it is now. ``parents`` are Hub ids or names; ``rules`` is rule → number of its findings."""

    name: str
    version: str
    judged: str
    label: str
    p_instruct: float | None
    sub_labels: tuple[str, ...]
    source: str
    family: str | None
    license: str | None
    gated: bool
    parents: tuple[str, ...]
    relation: str | None
    template: bool
    stop_ids: tuple[str, ...]
    files: int
    bytes: int
    errors: int
    warnings: int
    rules: Mapping[str, int]
    problem: str | None
    probe: str | None


@record()
class Use:
    """A place in a repository that uses a checkpoint. ``target`` is what it is called in the store, or the text of the file.

    ``likely`` is True for a setting that only looks like a model. ``label`` is None where the checkpoint was not looked up.
    """

    tree: str
    path: str
    line: int
    target: str
    revision: str | None
    engine: str | None
    purpose: str
    likely: bool
    label: str | None
    rules: Mapping[str, int]


def checkpoints(store: Path) -> list[Checkpoint]:
    """The present checkpoints in the order of their names. Raises Misuse."""
    return [_checkpoint(row) for row in _rows(store, "SELECT * FROM fleet ORDER BY name, id")]


def uses(store: Path) -> list[Use]:
    """The present uses in the order of their places. Raises Misuse."""
    return [_use(row) for row in _rows(store, "SELECT * FROM deployments ORDER BY tree, path, line, id")]


def _rows(store: Path, sql: str) -> Iterable[dict[str, Any]]:
    columns, found = query(store, sql)
    return (dict(zip(columns, row, strict=True)) for row in found)


def _checkpoint(row: Mapping[str, Any]) -> Checkpoint:
    return Checkpoint(
        name=text(row["name"]) or "",
        version=(text(row["version"]) or "")[:48],
        judged=(text(row["judged"]) or "")[:10],
        label=label(row["label"]),
        p_instruct=_share(row["p_instruct"]),
        sub_labels=_texts(row["sub_labels"]),
        source=text(row["source"]) or "",
        family=text(row["model_type"]),
        license=text(row["license"]),
        gated=bool(row["gated"]),
        parents=_texts(row["base_models"]),
        relation=text(row["relation"]),
        template=bool(row["template"]),
        stop_ids=_texts(row["stop_ids"]),
        files=number(row["files"]),
        bytes=number(row["bytes"]),
        errors=number(row["errors"]),
        warnings=number(row["warnings"]),
        rules=_counts(row["rules"]),
        problem=text(row["problem"]),
        probe=text(row["probe"]),
    )


def _use(row: Mapping[str, Any]) -> Use:
    return Use(
        tree=text(row["tree"]) or "",
        path=text(row["path"]) or "",
        line=number(row["line"]),
        target=text(row["target"]) or text(row["model"]) or "",
        revision=text(row["revision"]),
        engine=text(row["engine"]),
        purpose=text(row["purpose"]) or "unknown",
        likely=bool(row["likely"]),
        label=None if row["label"] is None else label(row["label"]),
        rules=_counts(row["rules"]),
    )


def text(value: object) -> str | None:
    """A text that controls nothing, on one line; None for an empty one."""
    if value is None or value == "":
        return None
    said = str(value)
    said = said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"
    return without_noncharacters(one_line(said))


def number(value: object) -> int:
    """A whole number from 0 up to what JavaScript counts exactly; 0 for anything else."""
    return int(value) if isinstance(value, int | float) and 0 <= value <= _MOST_EXACT else 0


def label(value: object) -> str:
    """A label that is known."""
    return str(value) if value in LABELS else "unknown"


def _share(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else None


def _json(value: object) -> object:
    try:
        return json.loads(value) if isinstance(value, str) else None
    except (ValueError, RecursionError):
        return None


def _texts(value: object) -> tuple[str, ...]:
    found = _json(value)
    kept = [text(one) for one in found[:_MOST] if isinstance(one, str | int)] if isinstance(found, list) else []
    return tuple(one for one in kept if one)


def _counts(value: object) -> dict[str, int]:
    found = _json(value)
    pairs = list(found.items())[:_MOST] if isinstance(found, dict) else []
    return {text(key) or "": number(one) for key, one in sorted(pairs)}
