"""Charts that are parts of others: the values that a part is deployed with, from ``charts/`` and from dependencies by path."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath

from modelcheck.documents.yamlfile import Node
from modelcheck.errors import Broken
from modelcheck.findings import Unresolved
from modelcheck.readers.assembly.helm_values import MAX_DEPLOYMENTS, Layers, layers_of, overlaid
from modelcheck.readers.assembly.merging import mapping
from modelcheck.readers.launch.build import text_at
from modelcheck.readers.neighbours import NeighbourFiles

_MOST_CHARTS = 500
_LOCAL = "file://"


def metadata(folder: str, root: NeighbourFiles) -> Node | None:
    """What a chart's ``Chart.yaml`` says."""
    file = root.yaml(f"{folder}/Chart.yaml")
    return file.documents[0] if file is not None and file.documents else None


def above(folder: str, root: NeighbourFiles) -> str | None:
    """The folder of the chart in whose ``charts/`` a chart is."""
    parent, _, name = f"./{folder}".rpartition("/charts/")
    parent = normpath(parent) if parent else ""
    return parent if parent and name and "/" not in name and metadata(parent, root) is not None else None


def deployments(folder: str, root: NeighbourFiles) -> tuple[list[Node | None], list[Unresolved]]:
    """The values of each deployment of a chart, at most twenty; a chart in ``charts/`` is only deployed with the whole.

    None stands for values that no file sets.
    """
    known: dict[tuple[str, str], tuple[list[Node | None], list[Unresolved]]] = root.cache.made
    key = ("helm deployments", folder)
    if key in known:  # also while it is made: a chart that is a part of itself
        return known[key]
    known[key] = ([], [])
    layers, unresolved = layers_of(folder, root)
    found = list[Node | None]()
    try:
        if above(folder, root) is None:
            found += map(_merged, layers)
        for whole, name in _wholes(folder, root):
            for values in deployments(whole, root)[0][: MAX_DEPLOYMENTS - len(found)]:
                found.append(_of_part(_merged(layers[0]) if layers else None, values, name))
    except Broken as broken:
        unresolved = [*unresolved, Unresolved(broken.span, broken.message)]
    known[key] = (found or [None], unresolved)
    return known[key]


def _merged(layers: Layers) -> Node:
    values, *more = layers.nodes
    for over in more:
        values = overlaid(values, over)
    return values


def _wholes(folder: str, root: NeighbourFiles) -> Iterator[tuple[str, str]]:
    """The charts that a chart is a part of, with its name in their values."""
    own = text_at(metadata(folder, root), "name") or folder.rpartition("/")[2]
    parent = above(folder, root)
    if parent is not None:
        yield from ((parent, name) for name in _names(parent, own, root))
    for whole, path, name in root.once("helm dependencies", lambda: _local_dependencies(root)):
        if path == folder and whole != parent:
            yield whole, name


def _names(parent: str, own: str, root: NeighbourFiles) -> list[str]:
    """What a chart in ``charts/`` is called in the whole's values: its name, or its aliases."""
    listed = (metadata(parent, root) or _EMPTY).get("dependencies") or ()
    return [text_at(one, "alias") or own for one in listed if text_at(one, "name") == own] or [own]


_EMPTY = Node("", 1, 1, 1, 1, children={})


def _local_dependencies(root: NeighbourFiles) -> list[tuple[str, str, str]]:
    """Of the tree's charts: each that depends on one by its path, that one's folder, and its name there."""
    found: list[tuple[str, str, str]] = []
    charts = [path for path in root.paths() if path == "Chart.yaml" or path.endswith("/Chart.yaml")]
    for path in charts[:_MOST_CHARTS]:
        folder = path.removesuffix("Chart.yaml").rstrip("/") or "."
        text = root.text(path) or ""
        listed = (metadata(folder, root) or _EMPTY).get("dependencies") if _LOCAL in text else None
        for one in listed or ():
            where = text_at(one, "repository") or ""
            if where.startswith(_LOCAL):
                below = normpath(f"{folder}/{where.removeprefix(_LOCAL)}")
                found.append((folder, below, text_at(one, "alias") or text_at(one, "name") or ""))
    return found


def _of_part(own: Node | None, values: Node | None, name: str) -> Node | None:
    """A part's values: its own, with its section of the whole's laid over them, and the whole's global ones."""
    given = values.get(name) if values is not None else None
    made = own if own is not None else given
    if made is None or values is None:
        return made
    if own is not None and given is not None and given.children is not None:
        made = overlaid(made, given)
    shared = values.get("global")
    return made if shared is None or made.children is None else overlaid(made, mapping(values, {"global": shared}))
