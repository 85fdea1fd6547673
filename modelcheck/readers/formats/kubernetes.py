"""Kubernetes manifests: the containers of every pod."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.declarations import reader
from modelcheck.documents.located import Lines, Located, located
from modelcheck.documents.yamlfile import Node, YamlFile
from modelcheck.facts.model_use import ModelUse
from modelcheck.readers import Embedded, NeighbourFiles
from modelcheck.readers.assembly.config_maps import ConfigMaps
from modelcheck.readers.assembly.services import service_addresses
from modelcheck.readers.launch.argv import argv_of
from modelcheck.readers.launch.build import scalar_at, text_at
from modelcheck.readers.launch.containers import Container, uses_of_container
from modelcheck.readers.launch.embedded import embedded_in_mapping
from modelcheck.readers.launch.engines import CHAT_ROUTE
from modelcheck.readers.launch.mentions import COMMAND_MENTIONS
from modelcheck.records import replace

_PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
_MAX_DEPTH = 24


@reader(files=("*.yml", "*.yaml"), mentions=(*COMMAND_MENTIONS, "model", "configmap"))
def kubernetes(file: YamlFile, neighbours: NeighbourFiles) -> Iterator[ModelUse | Embedded]:
    """Every container of every pod, wherever its kind keeps it; variables from ``env`` and from the tree's ConfigMaps."""
    lines = Lines.of(file)
    for document in file.documents:
        if text_at(document, "kind") == "ConfigMap":
            yield from embedded_in_mapping(document.get("data"), lines)
    maps = ConfigMaps(file.documents, neighbours)
    for document in file.documents:
        kind = document.get("kind")
        if document.get("apiVersion") is None or kind is None or kind.text == "CustomResourceDefinition":
            continue
        for node, volumes, labels in pod_containers(document):
            container = container_of(node, volumes, lines, maps)
            if container.image is not None or container.argv:
                container = replace(container, addresses=service_addresses(labels, neighbours))
            yield from uses_of_container(container, "kubernetes", lines)


def pod_containers(document: Node) -> Iterator[tuple[Node, Node | None, Node | None]]:
    """The entries of every ``containers`` list with the ``volumes`` and the labels of their pod. An alias is entered once."""
    waiting: list[tuple[Node, int, Node | None]] = [(document, 0, None)]
    seen = set[int]()
    while waiting:
        node, depth, labels = waiting.pop()
        if depth > _MAX_DEPTH or id(node) in seen:
            continue
        seen.add(id(node))
        below = [*node]
        for name, child in node.items():
            if name in ("containers", "initContainers"):
                yield from ((container, node.get("volumes"), labels) for container in child if container.children is not None)
            else:
                below.append(child)
        waiting += [(child, depth + 1, node.get("metadata", "labels") or labels) for child in reversed(below)]


def container_of(container: Node, volumes: Node | None, lines: Lines, maps: ConfigMaps) -> Container:
    """One container of a pod. ``maps`` are the ConfigMaps that its environment may refer to."""
    command = argv_of(container.get("command"), lines)
    sources = [source.get("configMapRef", "name") for source in container.get("envFrom") or ()]
    return Container(
        [*command, *argv_of(container.get("args"), lines)],
        scalar_at(container, "image"),
        bool(command),
        _environment(container, maps),
        list(_mounts(container, volumes)),
        elsewhere=[text_at(one, "name") or "" for one in container.get("env") or () if one.get("valueFrom")],
        complete=all(name is not None and maps.get(name.text) is not None for name in sources),
        chat_cues=list(_chat_probes(container)),
        at=container.span,
    )


def _mounts(container: Node, volumes: Node | None) -> Iterator[tuple[str, Located]]:
    """Where a container sees folders of its node: the other kinds of volume have no path that names a model."""
    paths = {text_at(volume, "name"): scalar_at(volume, "hostPath", "path") for volume in volumes or ()}
    for mount in container.get("volumeMounts") or ():
        inside, path = text_at(mount, "mountPath"), paths.get(text_at(mount, "name"))
        if inside and path and mount.get("subPath") is None:
            yield inside, path


def _environment(container: Node, maps: ConfigMaps) -> dict[str, Located]:
    found: dict[str, Located] = {}
    for source in container.get("envFrom") or ():
        name = source.get("configMapRef", "name")
        data = maps.get(name.text) if name is not None else None
        found |= {key: located(value) for key, value in (data.items() if data else ()) if value.text}
    for entry in container.get("env") or ():
        name, value = entry.get("name"), entry.get("value") or _from_map(entry, maps)
        if name is not None and name.text and value is not None and value.text:
            found[name.text] = located(value)
    return found


def _from_map(entry: Node, maps: ConfigMaps) -> Node | None:
    reference = entry.get("valueFrom", "configMapKeyRef")
    name, key = (reference.get("name"), reference.get("key")) if reference is not None else (None, None)
    data = maps.get(name.text) if name is not None else None
    return data.get(key.text) if data is not None and key is not None and key.text else None


def _chat_probes(container: Node) -> Iterator[str]:
    for probe in _PROBES:
        path = container.get(probe, "httpGet", "path")
        commands = [element.text or "" for element in container.get(probe, "exec", "command") or ()]
        if any(CHAT_ROUTE in text for text in (path.text or "" if path else "", *commands)):
            yield f"its {probe} requests a chat completion"
