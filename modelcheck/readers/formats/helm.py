"""Helm templates that cannot be rendered: the containers that they describe, with the chart's own values where it has some."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelcheck.documents import TextFile
from modelcheck.documents.helm_template import STRUCTURE, parse_helm_template
from modelcheck.documents.located import Lines, Located
from modelcheck.documents.yamlfile import Node, parse_yaml_text
from modelcheck.errors import Broken
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers import NeighbourFiles
from modelcheck.readers.assembly.config_maps import ConfigMaps
from modelcheck.readers.formats.kubernetes import container_of, pod_containers
from modelcheck.readers.launch.containers import Container, uses_of_container
from modelcheck.records import replace

_VALUE = lazy(r"\{\{-?[ ]?(?:tpl[ ])?[ ]?\.Values\.(?P<path>[\w.]+)([ |][^{}]*)?\}\}")
_VALUES = ("../values.yaml", "../../values.yaml")


def uses_of_template(file: TextFile, neighbours: NeighbourFiles) -> Iterator[ModelUse]:
    """Every container of a template. ``.Values`` are looked up in the chart's own file; any other action stays as written."""
    try:
        documents = parse_helm_template(file.path, file.text)
    except Broken:
        return
    writes_structure = STRUCTURE.search(file.text) is not None
    lines, maps, values = Lines(file.path, file.text), ConfigMaps(documents, neighbours), _chart_values(neighbours)
    for document in documents:
        for node, volumes, _ in pod_containers(document):
            container = _filled(container_of(node, volumes, lines, maps), values)
            # An action that writes a structure may write variables, too.
            container = replace(container, complete=container.complete and not writes_structure)
            yield from uses_of_container(container, "helm", lines)


def _chart_values(neighbours: NeighbourFiles) -> Node | None:
    text = next(filter(None, map(neighbours.text, _VALUES)), None)
    try:
        documents = parse_yaml_text("values.yaml", text) if text else ()
    except Broken:
        return None
    return documents[0] if documents else None


def _filled(container: Container, values: Node | None) -> Container:
    """The container with the chart's own values in it."""

    def fill(value: Located) -> Located:
        return replace(value, text=_VALUE.sub(lambda found: _value(found, values), value.text)) if "{{" in value.text else value

    return replace(
        container,
        argv=[fill(argument) for argument in container.argv],
        image=container.image and fill(container.image),
        environment={name: fill(value) for name, value in container.environment.items()},
        mounts=[(inside, fill(host)) for inside, host in container.mounts],
    )


def _value(found: re.Match[str], values: Node | None) -> str:
    node = values.get(*found["path"].split(".")) if values is not None else None
    return node.text if node is not None and node.text else found.group()
