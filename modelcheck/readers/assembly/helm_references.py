"""What deploys a Helm chart of the same tree with values of its own: Helmfile, Argo CD, Flux."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname, normpath

from modelcheck.documents.yamlfile import Node
from modelcheck.errors import Absent, Broken
from modelcheck.findings import Unresolved
from modelcheck.patterns import lazy
from modelcheck.readers.assembly.merging import inner_documents, mapping
from modelcheck.readers.launch.build import text_at
from modelcheck.readers.neighbours import NeighbourFiles
from modelcheck.records import record, replace

_MOST_FILES = 2_000
_MOST_ELEMENTS = 20
_LARGEST = 2**18
_PLACEHOLDER = lazy(r"\{\{-?[ \t]*\.?(?P<name>[\w.-]+)[ \t]*-?\}\}")
_CANDIDATES = ((b"argoproj.io", b"helm"), (b"helm.toolkit.fluxcd.io", b"HelmRelease"))
Entry = Node | tuple[Node, str]
"""Values, or the place that names a file of them with its path from the tree's root."""


def within(folder: str, path: str) -> str:
    """The path of what a folder holds, from the tree's root."""
    return normpath(f"{folder}/{path}")


def document_at(root: NeighbourFiles, path: str) -> Node | None:
    """The mapping in a file of values."""
    file = root.yaml(path)
    document = file.documents[0] if file is not None and file.documents else None
    return document if document is not None and document.children is not None else None


@record()
class Reference:
    """What a Helmfile or an Argo CD application lays over a chart's values, in order: the paths of files, and values in it."""

    entries: tuple[Entry, ...]
    unresolved: list[Unresolved]

    def nodes(self, root: NeighbourFiles) -> list[Node]:
        """The values. A file that cannot be read is noted as unresolved."""
        found = list[Node]()
        for entry in self.entries:
            if isinstance(entry, Node):
                found.append(entry)
                continue
            node, path = entry
            document = document_at(root, path)
            if document is not None:
                found.append(document)
            elif root.text(path) is None:
                self.unresolved.append(Unresolved(node.span, f"{node.text} {root.why_not(path)}"))
        return found


def references(neighbours: NeighbourFiles) -> dict[str, list[Reference]]:
    """The references of the tree's Helmfiles and applications, by the chart's folder."""
    found: dict[str, list[Reference]] = {}
    root = neighbours.at_root()
    for path in _candidates(neighbours):
        file = root.yaml(path)
        for document in file.documents if file is not None else ():
            text = file.text if file is not None else ""
            for chart, reference in (*_of_helmfile(document, path), *_of_argo(document, text), *_of_flux(document)):
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
        if any(group in content and word in content for group, word in _CANDIDATES):
            yield path


def _of_helmfile(document: Node, path: str) -> Iterator[tuple[str, Reference]]:
    """The releases of local charts."""
    here = dirname(path) or "."
    for release in document.get("releases") or ():
        chart = text_at(release, "chart") or ""
        if not chart.startswith("."):
            continue
        entries, unresolved = list[Entry](), list[Unresolved]()
        for entry in release.get("values") or ():
            if entry.children is not None:
                entries.append(entry)
            elif entry.text and "{{" not in entry.text and not entry.text.endswith(".gotmpl"):
                entries.append((entry, within(here, entry.text)))
            elif entry.text:
                unresolved.append(Unresolved(entry.span, f"{entry.text} is a template itself, and its values are not followed"))
        entries += _of_parameters(release.get("set"))
        yield within(here, chart), Reference(tuple(entries), unresolved)


def _of_argo(document: Node, text: str) -> Iterator[tuple[str, Reference]]:
    """The sources of an Application or ApplicationSet that are charts in the same repository."""
    spec = document.get("spec", "template", "spec") or document.get("spec")
    if text_at(document, "kind") not in ("Application", "ApplicationSet") or spec is None:
        return
    for source in (spec.get("source"), *(spec.get("sources") or ())):
        path, helm = text_at(source, "path"), source.get("helm") if source is not None else None
        if not path or helm is None or "{{" in path:
            continue
        for element in _elements(document):
            entries = tuple(_of_source(path, helm, text, element))
            if entries:
                yield normpath(path), Reference(entries, [])


def _elements(document: Node) -> list[Node | None]:
    """What an ApplicationSet lists, each with an application of its own; None for what makes one application."""
    listed = [element for one in document.get("spec", "generators") or () for element in one.get("list", "elements") or ()]
    return [*listed[:_MOST_ELEMENTS]] or [None]


def _of_source(path: str, helm: Node, text: str, element: Node | None) -> Iterator[Entry]:
    """The values of one source, in Argo CD's order."""
    for entry in helm.get("valueFiles") or ():
        name = _with(entry, element).text or ""
        if name and "{{" not in name and "://" not in name:
            outside = name.startswith(("$", "/"))
            yield entry, normpath(name.partition("/")[2]) if outside else within(path, name)
    for key in ("values", "valuesObject"):
        node = helm.get(key)
        for inner in inner_documents(node, text) if node is not None and node.text else filter(None, [node]):
            if inner.children is not None:
                yield _with(inner, element)
    for parameter in _of_parameters(helm.get("parameters")):
        yield _with(parameter, element)


def _with(node: Node, element: Node | None) -> Node:
    """A value with what an element gives for its placeholders: one that is nothing else is written where the element is."""
    if element is None:
        return node
    if node.children is not None:
        return replace(node, children={key: _with(child, element) for key, child in node.children.items()})
    if node.elements is not None:
        return replace(node, elements=tuple(_with(child, element) for child in node.elements))
    if node.text is None or "{{" not in node.text:
        return node
    whole = _PLACEHOLDER.fullmatch(node.text)
    if whole:
        return element.get(*whole["name"].split(".")) or node
    made = _PLACEHOLDER.sub(lambda found: text_at(element, *found["name"].split(".")) or found.group(), node.text)
    return replace(node, text=made) if made != node.text else node


def _of_flux(document: Node) -> Iterator[tuple[str, Reference]]:
    """A HelmRelease of a chart by its path in the Git repository."""
    chart = document.get("spec", "chart", "spec")
    path = text_at(chart, "chart") or ""
    if text_at(document, "kind") != "HelmRelease" or not path.startswith(("./", "charts/")):
        return
    named = chart.get("valuesFiles") if chart is not None else None
    files = [(entry, normpath(entry.text)) for entry in named or () if entry.text]
    given = document.get("spec", "values")
    entries: tuple[Entry, ...] = (*files, *([given] if given is not None and given.children is not None else []))
    if entries:
        yield normpath(path), Reference(entries, [])


def _of_parameters(parameters: Node | None) -> Iterator[Node]:
    """``a.b=value`` as nested mappings; names with indexes are not followed."""
    for parameter in parameters or ():
        name, value = text_at(parameter, "name"), parameter.get("value")
        if name and value is not None and not set("[]\\{") & set(name) and name.count(".") < 20:
            node = value
            for key in reversed(name.split(".")):
                node = replace(mapping(value, {key: node}), style=None)
            yield node
