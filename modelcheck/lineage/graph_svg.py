"""The relations as a drawing: what came first on the left, one checkpoint a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from modelcheck.lineage.tree import Edge
from modelcheck.lineage.wording import difference

_LINE, _STEP, _LEFT, _TOP = 28, 36, 12, 20
_WIDTH = 760


def drawing(edges: Sequence[Edge]) -> dict[str, Any] | None:
    """Places and texts for the template; None without edges. A merge is drawn below its first parent."""
    if not edges:
        return None
    below: dict[int, list[Edge]] = {}
    for edge in edges:
        below.setdefault(id(edge.parent), []).append(edge)
    children = {id(edge.child) for edge in edges}
    roots = {id(edge.parent): edge.parent.name for edge in edges if id(edge.parent) not in children}
    places: dict[int, tuple[int, int]] = {}
    names: list[dict[str, Any]] = []

    def put(one: int, name: str, depth: int) -> None:
        if one in places:
            return
        places[one] = (_LEFT + depth * _STEP, _TOP + len(places) * _LINE)
        names.append({"x": places[one][0] + 10, "y": places[one][1] + 4, "name": name})
        for edge in below.get(one, ()):
            put(id(edge.child), edge.child.name, depth + 1)

    for one, name in roots.items():
        put(one, name, 0)
    for edge in edges:  # a circle of relations has no first
        put(id(edge.parent), edge.parent.name, 0)
    return {
        "width": _WIDTH,
        "height": _TOP + len(places) * _LINE,
        "names": names,
        "dots": list(places.values()),
        "lines": [_drawn(edge, places) for edge in edges],
    }


def _drawn(edge: Edge, places: dict[int, tuple[int, int]]) -> dict[str, Any]:
    (x, y), (to_x, to_y) = places[id(edge.parent)], places[id(edge.child)]
    return {
        "path": f"M{x} {y} V{to_y} H{to_x - 5}" if to_x > x else f"M{x} {y} L{to_x} {to_y}",
        "directed": edge.directed,
        "title": f"{difference(edge.kinship)} {'; '.join(edge.reasons)}".strip(),
    }
