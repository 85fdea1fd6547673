"""The data of a page as JSON: columns instead of objects, and repeated texts once: 10,000 checkpoints take 1 to 2 MB."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from modelcheck.fleet.page.rows import LABELS, Checkpoint, Use

T = TypeVar("T", bound=Hashable)
_UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""What could end a script element or start a comment, and the two line ends that JavaScript once had and JSON has not."""
_UNSAFE_TABLE = str.maketrans(_UNSAFE)


class Numbered(Generic[T]):
    """Values by number, in the order in which they were first asked for."""

    def __init__(self, values: Iterable[T] = ()) -> None:
        self._places: dict[T, int] = {}
        for value in values:
            self(value)

    def __call__(self, value: T) -> int:
        """The number of a value."""
        return self._places.setdefault(value, len(self._places))

    @property
    def values(self) -> list[T]:
        """All values; the place in the list is the number."""
        return list(self._places)


def embedded(checkpoints: Sequence[Checkpoint], uses: Sequence[Use], rules: Mapping[str, tuple[str, str]]) -> str:
    """The JSON of a page, safe inside of a script element. ``rules`` is rule → (severity, title).

    Nodes are numbered: first the checkpoints, then models that are named and not in the store, then repositories. ``edges`` and
    ``findings`` are flat lists of triples: parent, child, relation; checkpoint, rule, number.
    """
    nodes: Numbered[str] = Numbered(one.name for one in checkpoints)
    relations, texts = Numbered[str | None](), Numbered[str | None]([None])
    numbers = Numbered(rules)
    edges: list[int] = []
    findings: list[int] = []
    for child, one in enumerate(checkpoints):
        for parent in one.parents:
            if parent != one.name:
                edges += (nodes(parent), child, relations(one.relation))
        for rule, count in one.rules.items():
            findings += (child, numbers(rule), count)
    data = {
        "labels": LABELS,
        "checkpoints": _checkpoints(checkpoints, texts),
        "uses": _uses(uses, nodes, texts, numbers),
        "outside": nodes.values[len(checkpoints) :],
        "edges": edges,
        "relations": relations.values,
        "findings": findings,
        "rules": [[rule, *rules.get(rule, ("unknown", ""))] for rule in numbers.values],
        "texts": texts.values,
    }
    return in_script(data)


def in_script(data: object) -> str:
    """JSON that an HTML parser reads as nothing but text."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).translate(_UNSAFE_TABLE)


def _checkpoints(checkpoints: Sequence[Checkpoint], texts: Numbered[str | None]) -> dict[str, Any]:
    """Columns; those of ``texts`` are numbers."""
    return {
        "owner": [texts(one.name.rpartition("/")[0] or None) for one in checkpoints],
        "name": [one.name.rpartition("/")[2] for one in checkpoints],
        "label": [LABELS.index(one.label) for one in checkpoints],
        "p": [None if one.p_instruct is None else round(1000 * one.p_instruct) for one in checkpoints],
        "family": [texts(one.family) for one in checkpoints],
        "licence": [texts(one.license) for one in checkpoints],
        "errors": [one.errors for one in checkpoints],
        "warnings": [one.warnings for one in checkpoints],
        "bytes": [one.bytes for one in checkpoints],
        "files": [one.files for one in checkpoints],
        "version": [_version(one.version) for one in checkpoints],
        "judged": [texts(one.judged) for one in checkpoints],
        "source": [texts(one.source) for one in checkpoints],
        "problem": [texts(one.problem) for one in checkpoints],
        "probe": [texts(one.probe) for one in checkpoints],
        "sub": [texts(", ".join(one.sub_labels) or None) for one in checkpoints],
        "stops": [texts(", ".join(one.stop_ids) or None) for one in checkpoints],
        "flags": [one.template + 2 * one.gated for one in checkpoints],
    }


def _version(version: str) -> str:
    """A commit or a digest, as short as Git shows it on request."""
    kind, colon, digest = version.rpartition(":")
    return f"{kind}{colon}{digest[:12]}"


def _uses(uses: Sequence[Use], nodes: Numbered[str], texts: Numbered[str | None], rules: Numbered[str]) -> dict[str, Any]:
    """Columns; ``rules`` are lists of numbers."""
    return {
        "tree": [texts(one.tree) for one in uses],
        "path": [texts(one.path) for one in uses],
        "line": [one.line for one in uses],
        "node": [nodes(one.target) for one in uses],
        "revision": [texts(one.revision) for one in uses],
        "engine": [texts(one.engine) for one in uses],
        "purpose": [texts(one.purpose) for one in uses],
        "likely": [int(one.likely) for one in uses],
        "rules": [[rules(rule) for rule in one.rules] for one in uses],
    }
