"""Kubernetes manifests whose containers run vLLM, TGI, TEI or SGLang."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.documents.located import Lines, Located
from modelcheck.documents.yamlfile import Node, YamlFile
from modelcheck.facts.model_use import ModelUse
from modelcheck.readers.launch.engines import CHAT_ROUTE
from modelcheck.readers.launch.model_variables import named_models
from modelcheck.readers.launch.scripts import COMMAND_MENTIONS
from modelcheck.readers.launch.serving import find_started, take_default, take_environment, uses_of
from modelcheck.readers.launch.words import words_of
from modelcheck.registry import reader

_PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
_MAX_DEPTH = 24


@reader(files=("*.yml", "*.yaml"), mentions=(*COMMAND_MENTIONS, "model"))
def kubernetes(file: YamlFile) -> Iterator[ModelUse]:
    """Every container of every pod, wherever its kind keeps it; variables from ``env`` and from the file's ConfigMaps."""
    lines = Lines(file.path, file.text)
    maps = dict(_config_maps(file))
    for document in file.documents:
        kind = document.get("kind")
        if document.get("apiVersion") is None or kind is None or kind.text == "CustomResourceDefinition":
            continue
        for container in _containers(document, 0, set()):
            yield from _container(container, lines, maps)


def _config_maps(file: YamlFile) -> Iterator[tuple[str, Node]]:
    for document in file.documents:
        kind, name, data = document.get("kind"), document.get("metadata", "name"), document.get("data")
        if kind is not None and kind.text == "ConfigMap" and name is not None and name.text and data is not None:
            yield name.text, data


def _containers(node: Node, depth: int, seen: set[int]) -> Iterator[Node]:
    """The entries of every ``containers`` list. An alias is entered once."""
    if depth > _MAX_DEPTH or id(node) in seen:
        return
    seen.add(id(node))
    for name, child in node.items():
        if name in ("containers", "initContainers"):
            yield from (container for container in child if container.children is not None)
        else:
            yield from _containers(child, depth + 1, seen)
    for element in node:
        yield from _containers(element, depth + 1, seen)


def _container(container: Node, lines: Lines, maps: dict[str, Node]) -> Iterator[ModelUse]:
    environment = _environment(container, maps)
    image, command = container.get("image"), words_of(container.get("command"), lines)
    words = command + words_of(container.get("args"), lines)
    uses: list[ModelUse] = []
    for started in find_started(image.text if image else None, words, lines, entrypoint=bool(command)):
        take_environment(started, environment)
        if image is not None and not _set_elsewhere(container):
            take_default(started, image.span, image.text)
        uses += uses_of(started, environment, "kubernetes", list(_chat_probes(container)))
    yield from uses or named_models(environment, "kubernetes")


def _environment(container: Node, maps: dict[str, Node]) -> dict[str, Located]:
    found: dict[str, Located] = {}
    for source in container.get("envFrom") or ():
        name = source.get("configMapRef", "name")
        data = maps.get(name.text or "") if name is not None else None
        found |= {key: Located(value.text, value.span, value) for key, value in (data.items() if data else ()) if value.text}
    for entry in container.get("env") or ():
        name, value = entry.get("name"), entry.get("value") or _from_map(entry, maps)
        if name is not None and name.text and value is not None and value.text:
            found[name.text] = Located(value.text, value.span, value)
    return found


def _set_elsewhere(container: Node) -> bool:
    """Whether some of its environment comes from where it cannot be seen."""
    return container.get("envFrom") is not None or any(entry.get("valueFrom") for entry in container.get("env") or ())


def _from_map(entry: Node, maps: dict[str, Node]) -> Node | None:
    reference = entry.get("valueFrom", "configMapKeyRef")
    name, key = (reference.get("name"), reference.get("key")) if reference is not None else (None, None)
    data = maps.get(name.text or "") if name is not None else None
    return data.get(key.text) if data is not None and key is not None and key.text else None


def _chat_probes(container: Node) -> Iterator[str]:
    for probe in _PROBES:
        path = container.get(probe, "httpGet", "path")
        commands = [element.text or "" for element in container.get(probe, "exec", "command") or ()]
        if any(CHAT_ROUTE in text for text in (path.text or "" if path else "", *commands)):
            yield f"its {probe} asks for a chat completion"
