"""Helm charts: each template as it is rendered with the values of each deployment, every value at the place that sets it.

A deployment is the chart's ``values.yaml``, alone and under each other file of values. A template that cannot be rendered is read
as it is, its actions set aside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from modelcheck.declarations import reader
from modelcheck.documents import TextFile
from modelcheck.documents.helm_template import STRUCTURE
from modelcheck.documents.yamlfile import Node, YamlFile
from modelcheck.errors import Broken
from modelcheck.facts.model_use import ModelUse
from modelcheck.findings import Span, Unresolved
from modelcheck.readers import Assembled, NeighbourFiles
from modelcheck.readers.assembly.helm_values import chart_folder
from modelcheck.readers.formats.helm import uses_of_template
from modelcheck.readers.launch.mentions import may_start

if TYPE_CHECKING:
    from modelcheck.documents.go_template.rendered import Rendered, TemplateFile
    from modelcheck.readers.assembly.helm_charts import Chart

_MOST_STEPS = 2_000_000
"""What the charts of one tree may take: some twenty templates at the limit of one, or thousands of ordinary ones."""


@reader(files=("*.yaml", "*.yml", "*.tpl"), mentions=("{{",))
def helm(file: TextFile, neighbours: NeighbourFiles) -> Iterator[ModelUse | Assembled | Unresolved]:
    """Every container of a template, with the values that its chart is deployed with."""
    if "{{" not in file.text or "templates/" not in file.path.replace("\\", "/"):
        return
    name = file.path.replace("\\", "/").rpartition("/")[2]
    folder = chart_folder(f"{neighbours.folder}/{name}".removeprefix("./"), neighbours)
    about = may_start(file.text) or "model" in file.text.lower()
    if folder is None:
        if about:
            yield from uses_of_template(file, neighbours)
        return
    from modelcheck.readers.assembly.helm_charts import chart_at

    chart = chart_at(folder, neighbours)
    if not (about or chart.of_engines):
        return
    rendering = _Rendering(file, chart, neighbours)
    assembled = [] if name.startswith("_") else list(rendering.assembled(name))
    yield from assembled
    if about and not assembled and not name.startswith("_"):
        yield from uses_of_template(file, neighbours)
    if may_start(file.text) or assembled:
        yield from chart.unresolved
        yield from rendering.unresolved


class _Rendering:
    """Renders one template for each deployment of its chart. ``unresolved`` tells once why it could not be rendered."""

    def __init__(self, file: TextFile, chart: Chart, neighbours: NeighbourFiles) -> None:
        self._file = file
        self._chart = chart
        self._neighbours = neighbours
        self._seen: set[object] = set()
        self.unresolved: list[Unresolved] = []

    def assembled(self, name: str) -> Iterator[Assembled]:
        """The template's documents for each deployment, without those that are read already."""
        from modelcheck.documents.go_template.rendered import parse_file

        complete = STRUCTURE.search(self._file.text) is None
        try:
            template = parse_file(self._file.path, self._file.text)
            for values in self._chart.deployments:
                for documents in self._documents(template, name, values):
                    yield Assembled("manifest.yaml", self._as_file(documents), instead=True, complete=complete)
        except Broken as broken:
            self.unresolved = [Unresolved(broken.span, broken.message)]

    def _documents(self, template: TemplateFile, name: str, values: Node | None) -> Iterator[tuple[Node, ...]]:
        """The documents for one deployment, and, where a condition is unknown, those of the other branches."""
        for otherwise in (False, True):
            rendered = self._rendered(template, name, values, otherwise=otherwise)
            yield from self._read(rendered)
            if not rendered.undecided:
                return

    def _rendered(self, template: TemplateFile, name: str, values: Node | None, *, otherwise: bool) -> Rendered:
        from modelcheck.documents.go_template.expressions import Budget
        from modelcheck.documents.go_template.rendered import render

        spent = self._neighbours.once("helm steps", lambda: [0])
        if spent[0] > _MOST_STEPS:
            raise Broken(Span(self._file.path, 1), "is not rendered: the charts of this folder take too many steps")
        budget = Budget()
        context = self._chart.context(values, name, self._neighbours)
        before = budget.steps
        try:
            rendered = render(template, self._chart.definitions, context, budget, otherwise=otherwise)
            spent[0] += len(rendered.text.text) // 10
        finally:
            spent[0] += before - max(budget.steps, 0)
        return rendered

    def _read(self, rendered: Rendered) -> Iterator[tuple[Node, ...]]:
        from modelcheck.documents.go_template.rendered import documents_of

        key = (rendered.text.text, tuple(id(part.source) for part in rendered.text.parts))
        if key in self._seen or not rendered.text.text.strip():
            return
        self._seen.add(key)
        documents = documents_of(rendered)
        if any(document.children or document.elements for document in documents):
            yield documents

    def _as_file(self, documents: tuple[Node, ...]) -> YamlFile:
        others = {path: self._chart.texts.get(path, "") for path in _paths(documents) if path != self._file.path}
        return YamlFile(self._file.path, documents, self._file.text, others)


def _paths(documents: Iterable[Node]) -> set[str]:
    """The files that nodes, or parts of them, are written in."""
    nodes = [node for document in documents for node in document.walk()]
    return {path for node in nodes for path in (node.path, *(one.at.path for one in node.origins))}
