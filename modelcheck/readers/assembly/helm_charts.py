"""Helm charts: the folder that a template belongs to, its helpers, and what its templates see."""

from __future__ import annotations

from posixpath import normpath

from modelcheck.documents.go_template.data import UNKNOWN, Method, Unfit, Value, text_of
from modelcheck.documents.go_template.expressions import Definition
from modelcheck.documents.go_template.rendered import parse_file
from modelcheck.documents.go_template.traced import Part, Text, WrittenFile
from modelcheck.documents.yamlfile import Node
from modelcheck.errors import Broken
from modelcheck.findings import Unresolved
from modelcheck.readers.assembly.helm_parts import above, deployments, metadata
from modelcheck.readers.launch.mentions import may_start
from modelcheck.readers.neighbours import NeighbourFiles
from modelcheck.records import mutable

_MOST_HELPERS = 500
_DEEPEST = 5
"""Parts in parts of a chart."""


@mutable
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
            "Values": {"global": {}, **dict(values.items())} if values is not None else UNKNOWN,
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
    return neighbours.once("helm", lambda: _read(folder, neighbours.at_root()), folder)


def _read(folder: str, root: NeighbourFiles) -> Chart:
    found, unresolved = deployments(folder, root)
    top = folder
    for _ in range(_DEEPEST):
        top = above(top, root) or top
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
    paths = {one.path for values in found if values is not None for one in values.walk()}
    for path in paths:
        texts.setdefault(path, root.text(root.cache.shown[path]) or "" if path in root.cache.shown else "")
    return Chart(folder, metadata(folder, root), found, unresolved, definitions, texts, any(map(may_start, texts.values())))


def _template_files(root: NeighbourFiles) -> list[str]:
    return [path for path in root.paths() if path.endswith((".tpl", ".yaml", ".yml")) and "templates/" in path]


def _helper_files(top: str, folder: str, root: NeighbourFiles) -> list[str]:
    """The template files below a chart and its parts: the chart's own last, whose definitions count."""
    every = root.once("helm templates", lambda: _template_files(root))
    found = [path for path in every if top == "." or path.startswith(f"{top}/")]
    found.sort(key=lambda path: (path.endswith(".tpl"), path.startswith(f"{folder}/templates/"), -path.count("/"), path))
    return found[-_MOST_HELPERS:]
