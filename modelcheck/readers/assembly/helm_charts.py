"""Helm charts: the folder that a template belongs to, its helpers, and what its templates see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import normpath

from modelcheck.documents.go_template.data import UNKNOWN, Method, Unfit, Value, text_of
from modelcheck.documents.go_template.expressions import Definition
from modelcheck.documents.go_template.rendered import parse_file
from modelcheck.documents.go_template.traced import Part, Text, WrittenFile
from modelcheck.documents.yamlfile import Node
from modelcheck.errors import Broken
from modelcheck.findings import Unresolved
from modelcheck.readers.assembly.helm_values import is_chart, layers_of, overlaid
from modelcheck.readers.assembly.merging import mapping
from modelcheck.readers.launch.scripts import may_start
from modelcheck.readers.neighbours import NeighbourFiles

_MOST_HELPERS = 500


@dataclass(slots=True, eq=False)
class Chart:
    """A chart.

    ``deployments`` are the values of each deployment, None where no file sets any. ``definitions`` are those of its helpers,
    ``texts`` the files that its values and helpers are written in. ``of_engines``: one of these names an engine.
    """

    folder: str
    meta: Node | None
    deployments: list[Node | None]
    unresolved: list[Unresolved]
    definitions: dict[str, Definition]
    texts: dict[str, str]
    of_engines: bool

    def context(self, values: Node | None, template: str, neighbours: NeighbourFiles) -> dict[str, Value]:
        """What a template sees as its dot."""
        meta: dict[str, Value] = {}
        if self.meta is not None:
            meta = {key[:1].upper() + key[1:]: value for key, value in self.meta.items()}
        name = text_of(meta["Name"]).text if isinstance(meta.get("Name"), Node) else "chart"
        release: dict[str, Value] = {
            "Name": Text("release-name"), "Namespace": Text("default"), "Service": Text("Helm"), "Revision": 1,
            "IsInstall": True, "IsUpgrade": False,
        }  # fmt: skip
        return {
            "Values": dict(values.items()) if values is not None else UNKNOWN,
            "Chart": meta, "Release": release, "Capabilities": UNKNOWN, "Subcharts": {},
            "Template": {"Name": Text(f"{name}/templates/{template}"), "BasePath": Text(f"{name}/templates")},
            "Files": {"Get": Method(lambda path: self._file(path, neighbours))},
        }  # fmt: skip

    def _file(self, path: Value, neighbours: NeighbourFiles) -> Value:
        """The text of a file of the chart."""
        whole = normpath(f"{self.folder}/{text_of(path).text}")
        root = neighbours.at_root()
        text = root.text(whole) if self.folder == "." or whole.startswith(f"{self.folder}/") else None
        if text is None:
            raise Unfit
        shown = root.shown(whole)
        self.texts[shown] = text
        return Text(text, (Part(0, len(text), WrittenFile.of(shown, text), 0),) if text else ())


def chart_at(folder: str, neighbours: NeighbourFiles) -> Chart:
    """The chart in a folder, by its path from the tree's root; read once."""
    known = neighbours.cache.made
    if ("helm", folder) not in known:
        known["helm", folder] = _read(folder, neighbours.at_root())
    chart: Chart = known["helm", folder]
    return chart


def _read(folder: str, root: NeighbourFiles) -> Chart:
    meta = root.yaml(f"{folder}/Chart.yaml")
    document = meta.documents[0] if meta is not None and meta.documents else None
    deployments, unresolved = _deployments(folder, root, 0)
    top = folder
    for _ in range(5):
        above = _above(top, root)
        top = above[0] if above else top
    definitions, texts = dict[str, Definition](), dict[str, str]()
    for path in _helper_files(top, folder, root):
        text = root.text(path)
        if text is None or not ("define" in text or "block" in text):
            continue
        shown = root.shown(path)
        try:
            definitions |= parse_file(shown, text).defines
        except Broken:
            continue
        texts[shown] = text
    paths = {one.path for values in deployments if values is not None for one in _nodes(values)}
    for path in paths:
        texts.setdefault(path, root.text(root.cache.shown[path]) or "" if path in root.cache.shown else "")
    return Chart(folder, document, deployments, unresolved, definitions, texts, any(map(may_start, texts.values())))


def _nodes(values: Node) -> Iterator[Node]:
    """A mapping's nodes, each once."""
    waiting, seen = [values], set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            waiting += [*node, *(child for _, child in node.items())]


def _above(folder: str, root: NeighbourFiles) -> tuple[str, str] | None:
    """The folder of the chart that a chart is a part of, and its name there."""
    parent, _, name = f"./{folder}".rpartition("/charts/")
    parent = normpath(parent) if parent else ""
    return (parent, name) if parent and name and "/" not in name and is_chart(root, parent) else None


def _deployments(folder: str, root: NeighbourFiles, depth: int) -> tuple[list[Node | None], list[Unresolved]]:
    """The values of each deployment of a chart. One that is a part of another takes those that the other has under its name."""
    layers, unresolved = layers_of(folder, root)
    above = _above(folder, root) if depth < 5 else None
    found = list[Node | None]()
    try:
        if above:
            own = layers[0].nodes if layers else ()
            for values in _deployments(above[0], root, depth + 1)[0]:
                found.append(_of_part(own, values, above[1]))
        for one in layers:
            values = one.nodes[0]
            for over in one.nodes[1:]:
                values = overlaid(values, over)
            found += [] if above else [values]
    except Broken as broken:
        unresolved = [*unresolved, Unresolved(broken.span, broken.message)]
    return found or [None], unresolved


def _of_part(own: tuple[Node, ...], values: Node | None, name: str) -> Node | None:
    """A part's values: its own, with its section of the whole's laid over them, and the whole's global ones."""
    given = values.get(name) if values is not None else None
    made = own[0] if own else given
    if made is None or values is None:
        return made
    if own and given is not None and given.children is not None:
        made = overlaid(made, given)
    shared = values.children.get("global") if values.children is not None else None
    if shared is None or made.children is None:
        return made
    return overlaid(made, mapping(values, {"global": shared}))


def _helper_files(top: str, folder: str, root: NeighbourFiles) -> list[str]:
    """The template files below a chart and its parts: the chart's own last, whose definitions count."""
    found = [
        path
        for path in root.paths()
        if path.endswith((".tpl", ".yaml", ".yml"))
        and (path.startswith(f"{top}/") or top == ".")
        and "templates/" in path
    ]  # fmt: skip
    found.sort(key=lambda path: (path.startswith(f"{folder}/templates/"), -path.count("/"), path))
    helpers = [path for path in found if path.endswith(".tpl")]
    return [*helpers, *(path for path in found if not path.endswith(".tpl"))][-_MOST_HELPERS:]
