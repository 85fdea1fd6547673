"""The values of a Helm chart's deployments: its own, overlaid with those of other files and of what deploys it."""

from __future__ import annotations

from modelcheck.documents.yamlfile import Node
from modelcheck.errors import Broken
from modelcheck.findings import Span, Unresolved
from modelcheck.patterns import lazy
from modelcheck.readers.assembly.helm_references import document_at, references, within
from modelcheck.readers.assembly.merging import is_null, merge_mappings
from modelcheck.readers.neighbours import NeighbourFiles
from modelcheck.records import record

MAX_DEPLOYMENTS = 20
_MOST_MERGED = 100_000
_BESIDE = lazy(r"values[^/]*\.ya?ml|[^/]+[-_.]values\.ya?ml|(?:values|ci)/[^/]+\.ya?ml")
_OWN = ("values.yaml", "values.yml")


@record()
class Layers:
    """The values of one deployment: those of later nodes are laid over those of earlier ones."""

    nodes: tuple[Node, ...]


def overlaid(base: Node, over: Node) -> Node:
    """``over`` laid over ``base``: mappings are merged, the rest replaces, and null deletes. Raises Broken if it is too much."""
    merged: dict[tuple[int, int], Node] = {}

    def merge(_: str, base: Node, over: Node) -> Node:
        if base.children is None or over.children is None:
            return over
        if (id(base), id(over)) not in merged:
            if len(merged) > _MOST_MERGED:
                raise Broken(over.span, "has too many values to lay them over others")
            merged[id(base), id(over)] = merge_mappings(base, over, merge, deletes=is_null)
        return merged[id(base), id(over)]

    return merge("", base, over)


def layers_of(chart: str, neighbours: NeighbourFiles) -> tuple[list[Layers], list[Unresolved]]:
    """The deployments of the chart in a folder (from the tree's root), at most twenty, and what of them cannot be followed."""
    root = neighbours.at_root()
    own = next(filter(None, (document_at(root, within(chart, name)) for name in _OWN)), None)
    base = (own,) if own is not None else ()
    layers, unresolved = [Layers(base)] if base else list[Layers](), list[Unresolved]()
    count = len(layers)
    for path in files_below(chart, neighbours):
        if _BESIDE.fullmatch(path) and path not in _OWN:
            count += 1
            over = document_at(root, within(chart, path)) if len(layers) < MAX_DEPLOYMENTS else None
            if over is not None:
                layers.append(Layers((*base, over)))
    for source in neighbours.once("helm references", lambda: references(neighbours)).get(chart, ()):
        count += 1
        if len(layers) < MAX_DEPLOYMENTS:
            nodes = source.nodes(root)
            unresolved += source.unresolved
            if nodes:
                layers.append(Layers((*base, *nodes)))
    if count > MAX_DEPLOYMENTS and len(layers) >= MAX_DEPLOYMENTS:
        reason = f"the chart has {count} files of values: its templates are read with the first {MAX_DEPLOYMENTS}"
        unresolved.append(Unresolved(Span(base[0].path if base else root.shown(within(chart, "Chart.yaml"))), reason))
    return layers, unresolved


def chart_folder(template: str, neighbours: NeighbourFiles) -> str | None:
    """The folder of the chart that a template file is in, both by their paths from the tree's root; None if it is in none."""
    root, parts = neighbours.at_root(), template.split("/")
    for place in range(len(parts) - 2, -1, -1):
        folder = "/".join(parts[:place]) or "."
        if parts[place] == "templates" and is_chart(root, folder):
            return folder
    return None


def is_chart(root: NeighbourFiles, folder: str) -> bool:
    """Whether a folder holds a chart."""
    return any(root.text(f"{folder}/{name}") is not None for name in ("Chart.yaml", "values.yaml"))


def files_below(folder: str, neighbours: NeighbourFiles) -> list[str]:
    """The files in a folder and in its own folders, by their paths from it."""
    inner = [f"{name}/{file}" for name in ("values", "ci") for file in neighbours.names_in(within(folder, name))]
    return [*neighbours.names_in(folder), *inner]
