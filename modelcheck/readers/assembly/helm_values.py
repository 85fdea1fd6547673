"""The values of a Helm chart's deployments: its own, overlaid with those of other files, of Helmfile and of Argo CD."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from posixpath import dirname, normpath

from modelcheck.documents.yamlfile import Node
from modelcheck.errors import Absent, Broken
from modelcheck.findings import Span, Unresolved
from modelcheck.patterns import lazy
from modelcheck.readers.assembly.merging import inner_documents, is_null, mapping, merge_mappings
from modelcheck.readers.launch.build import text_at
from modelcheck.readers.neighbours import NeighbourFiles
from modelcheck.records import record

MAX_DEPLOYMENTS = 20
_MOST_MERGED = 100_000
_BESIDE = lazy(r"values[^/]*\.ya?ml|[^/]+[-_.]values\.ya?ml|(?:values|ci)/[^/]+\.ya?ml")
_OWN = ("values.yaml", "values.yml")
_MOST_FILES = 2_000
_LARGEST = 2**18


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
    own = next(filter(None, (_document(root, _in(chart, name)) for name in _OWN)), None)
    base = (own,) if own is not None else ()
    layers, unresolved = [Layers(base)] if base else list[Layers](), list[Unresolved]()
    count = len(layers)
    for path in files_below(chart, neighbours):
        if _BESIDE.fullmatch(path) and path not in _OWN:
            count += 1
            over = _document(root, _in(chart, path)) if len(layers) < MAX_DEPLOYMENTS else None
            if over is not None:
                layers.append(Layers((*base, over)))
    for source in neighbours.once("helm references", lambda: _references(neighbours)).get(chart, ()):
        count += 1
        if len(layers) < MAX_DEPLOYMENTS:
            nodes = source.nodes(root)
            unresolved += source.unresolved
            if nodes:
                layers.append(Layers((*base, *nodes)))
    if count > MAX_DEPLOYMENTS and len(layers) >= MAX_DEPLOYMENTS:
        reason = f"the chart has {count} files of values: its templates are read with the first {MAX_DEPLOYMENTS}"
        unresolved.append(Unresolved(Span(base[0].path if base else root.shown(_in(chart, "Chart.yaml"))), reason))
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
    inner = [f"{name}/{file}" for name in ("values", "ci") for file in neighbours.names_in(_in(folder, name))]
    return [*neighbours.names_in(folder), *inner]


def _in(folder: str, path: str) -> str:
    return normpath(f"{folder}/{path}")


def _document(root: NeighbourFiles, path: str) -> Node | None:
    """The mapping in a file of values."""
    file = root.yaml(path)
    document = file.documents[0] if file is not None and file.documents else None
    return document if document is not None and document.children is not None else None


@record()
class Reference:
    """What a Helmfile or an Argo CD application lays over a chart's values, in order: the paths of files, and values in it."""

    entries: tuple[Node | tuple[Node, str], ...]
    unresolved: list[Unresolved]

    def nodes(self, root: NeighbourFiles) -> list[Node]:
        """The values. A file that cannot be read is noted as unresolved."""
        found = list[Node]()
        for entry in self.entries:
            if isinstance(entry, Node):
                found.append(entry)
                continue
            node, path = entry
            document = _document(root, path)
            if document is not None:
                found.append(document)
            elif root.text(path) is None:
                self.unresolved.append(Unresolved(node.span, f"{node.text} {root.why_not(path)}"))
        return found


def _references(neighbours: NeighbourFiles) -> dict[str, list[Reference]]:
    """The references of the tree's Helmfiles and applications, by the chart's folder."""
    found: dict[str, list[Reference]] = {}
    root = neighbours.at_root()
    for path in _candidates(neighbours):
        file = root.yaml(path)
        for document in file.documents if file is not None else ():
            text = file.text if file is not None else ""
            for chart, reference in (*_of_helmfile(document, path), *_of_argo(document, text)):
                found.setdefault(chart, []).append(reference)
    return found


def _candidates(neighbours: NeighbourFiles) -> Iterator[str]:
    """The YAML files that may be Helmfiles or applications, among the first 2,000 of the tree."""
    read = 0
    for path in neighbours.paths():
        if not path.endswith((".yaml", ".yml")) or read >= _MOST_FILES:
            continue
        if "helmfile" in path:
            yield path
            continue
        read += 1
        try:
            content = neighbours.tree.read(path, _LARGEST)
        except (Absent, Broken):
            continue
        if b"argoproj.io" in content and b"helm" in content:
            yield path


def _of_helmfile(document: Node, path: str) -> Iterator[tuple[str, Reference]]:
    """The releases of local charts."""
    here = dirname(path) or "."
    for release in document.get("releases") or ():
        chart = text_at(release, "chart") or ""
        if not chart.startswith("."):
            continue
        entries, unresolved = list[Node | tuple[Node, str]](), list[Unresolved]()
        for entry in release.get("values") or ():
            if entry.children is not None:
                entries.append(entry)
            elif entry.text and "{{" not in entry.text and not entry.text.endswith(".gotmpl"):
                entries.append((entry, _in(here, entry.text)))
            elif entry.text:
                unresolved.append(Unresolved(entry.span, f"{entry.text} is a template itself, and its values are not followed"))
        entries += _of_parameters(release.get("set"))
        yield _in(here, chart), Reference(tuple(entries), unresolved)


def _of_argo(document: Node, text: str) -> Iterator[tuple[str, Reference]]:
    """The sources of an Application or ApplicationSet that are charts in the same repository."""
    spec = document.get("spec", "template", "spec") or document.get("spec")
    if text_at(document, "kind") not in ("Application", "ApplicationSet") or spec is None:
        return
    for source in (spec.get("source"), *(spec.get("sources") or ())):
        path, helm = text_at(source, "path"), source.get("helm") if source is not None else None
        if not path or helm is None or "{{" in path:
            continue
        entries = list[Node | tuple[Node, str]]()
        for entry in helm.get("valueFiles") or ():
            name = entry.text or ""
            if name and "{{" not in name and "://" not in name:
                outside = name.startswith(("$", "/"))
                entries.append((entry, normpath(name.partition("/")[2]) if outside else _in(path, name)))
        for key in ("values", "valuesObject"):
            node = helm.get(key)
            for inner in inner_documents(node, text) if node is not None and node.text else filter(None, [node]):
                entries += [inner] if inner.children is not None else []
        entries += _of_parameters(helm.get("parameters"))
        if entries:
            yield normpath(path), Reference(tuple(entries), [])


def _of_parameters(parameters: Node | None) -> Iterator[Node]:
    """``a.b=value`` as nested mappings; names with indexes are not followed."""
    for parameter in parameters or ():
        name, value = text_at(parameter, "name"), parameter.get("value")
        if name and value is not None and not set("[]\\{") & set(name) and name.count(".") < 20:
            node = value
            for key in reversed(name.split(".")):
                node = replace(mapping(value, {key: node}), style=None)
            yield node
