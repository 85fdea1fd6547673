"""Docker Compose files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from modelcheck.declarations import reader
from modelcheck.documents.located import Lines, Located, located
from modelcheck.documents.yamlfile import Node, YamlFile
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers import NeighbourFiles
from modelcheck.readers.launch.argv import argv_of
from modelcheck.readers.launch.assignments import environment_of
from modelcheck.readers.launch.build import make_use, scalar_at, served_use, text_at
from modelcheck.readers.launch.chat_cues import CHAT_PAGES
from modelcheck.readers.launch.container_runtimes import split_mount
from modelcheck.readers.launch.containers import Container, uses_of_container
from modelcheck.readers.launch.engines import CHAT_ROUTE, engine_of_image
from modelcheck.readers.launch.mentions import COMMAND_MENTIONS
from modelcheck.readers.launch.references import HUB_HOST
from modelcheck.readers.launch.variables import example_variables, neighbour_variables, resolve

_MOST_CLIENTS = 50
_CHAT_UIS = lazy(CHAT_PAGES)


@reader(files=("*.yml", "*.yaml"), mentions=(*COMMAND_MENTIONS, "models:", "model"))
def docker_compose(file: YamlFile, neighbours: NeighbourFiles) -> Iterator[ModelUse]:
    """Each service that starts an engine; variables from the neighbouring ``.env``, and from their defaults."""
    for document in file.documents:
        services = document.get("services")
        if services is None or document.get("apiVersion") is not None:
            continue
        lines = Lines.of(file)
        variables = _Variables(neighbours)
        yield from _model_runner(document)
        clients, servers = list(islice(_clients(services), _MOST_CLIENTS)), _servers(services)
        for name, service in services.items():
            cues = [*_chat_route(service.get("healthcheck", "test")), *_client_cues(name, clients, servers)]
            yield from uses_of_container(_container(name, service, cues, lines, variables), "docker-compose", lines)


def _container(name: str, service: Node, cues: list[str], lines: Lines, variables: _Variables) -> Container:
    """The container of one service. Compose replaces its own variables before the container sees the text."""
    entrypoint, image = argv_of(service.get("entrypoint"), lines), scalar_at(service, "image")
    outer = variables.of_project(service)
    return Container(
        [*entrypoint, *argv_of(service.get("command"), lines)],
        image,
        bool(entrypoint),
        {**variables.of_env_files(service), **environment_of(service.get("environment"), lines)},
        list(_mounts(service)),
        complete=service.get("env_file") is None,
        outer=outer,
        chat_cues=cues,
        at=service.span,
        hosts=[name, *filter(None, (text_at(service, "container_name"), text_at(service, "hostname")))],
        published=dict(_published(service, outer)),
    )


def _model_runner(document: Node) -> Iterator[ModelUse]:
    """Docker Model Runner's ``models``: it serves OpenAI's chat API. Its artifacts come from a registry, not from the Hub."""
    models = document.get("models")
    for entry in (models.children or {}).values() if models is not None else ():
        model = scalar_at(entry, "model")
        if model is not None and HUB_HOST.match(model.text):
            yield make_use(model, "docker-compose/models", "model-runner", "chat", ("Docker Model Runner serves chat",))
        elif model is not None:
            yield served_use(model, "docker-compose/models", "model-runner", "chat", ("Docker Model Runner serves chat",))


class _Variables:
    """The variables of a project's files. Each file is read once, however many services name it."""

    def __init__(self, neighbours: NeighbourFiles) -> None:
        self._neighbours = neighbours
        self._read: dict[tuple[str, str], dict[str, Located] | None] = {}

    def of_project(self, service: Node) -> dict[str, Located]:
        """What Compose replaces ``${NAME}`` with: the variables of the folder, over those of an included file's own."""
        own, outer = self._neighbours.beside(service.path), self._neighbours
        return self._of_folder(own) if own is outer else {**self._of_folder(own), **self._of_folder(outer)}

    def of_env_files(self, service: Node) -> dict[str, Located]:
        """The variables of the files under ``env_file``."""
        node = service.get("env_file")
        found: dict[str, Located] = {}
        for entry in (node, *node) if node is not None else ():
            path = (entry.get("path") or entry).text
            found |= (self._of_file(self._neighbours.beside(entry.path), path) if path else None) or {}
        return found

    def _of_folder(self, folder: NeighbourFiles) -> dict[str, Located]:
        """Those of ``.env``, else of the example file that the repository ships."""
        own = self._of_file(folder, ".env")
        examples = (self._of_file(folder, path, example=True) for path in (".env.example", "env.example", ".env.sample"))
        return own if own is not None else next((one for one in examples if one is not None), {})

    def _of_file(self, folder: NeighbourFiles, path: str, *, example: bool = False) -> dict[str, Located] | None:
        key = (folder.folder, path)
        if key not in self._read:
            self._read[key] = (example_variables if example else neighbour_variables)(folder, path)
        return self._read[key]


def _published(service: Node, outer: Mapping[str, Located]) -> Iterator[tuple[str, str]]:
    """The ports of a service with those of the machine: ``8001:8000``, or the long form. Either may be a variable."""
    for entry in service.get("ports") or ():
        short = resolve(located(entry), outer).text.partition("/")[0].split(":") if entry.text else []
        host, inside = short[-2:] if len(short) > 1 else (_port(entry, key, outer) for key in ("published", "target"))
        if host and inside:
            yield inside, host


def _port(entry: Node, key: str, outer: Mapping[str, Located]) -> str:
    port = scalar_at(entry, key)
    return resolve(port, outer).text if port is not None else ""


def _mounts(service: Node) -> Iterator[tuple[str, Located]]:
    """The host's folders in a container: ``host:container``, or the long form."""
    for entry in service.get("volumes") or ():
        if entry.text:
            yield from split_mount(located(entry))
        source, target = scalar_at(entry, "source"), scalar_at(entry, "target")
        if source and target:
            yield from split_mount(Located(f"{source.text}:{target.text}", source.at))


def _chat_route(test: Node | None) -> list[str]:
    """A health check that requests a chat completion."""
    return ["its health check requests a chat completion"] if any(CHAT_ROUTE in text for text in _texts(test)) else []


def _clients(services: Node) -> Iterator[tuple[str, list[str]]]:
    """The chat clients among the services, each with the addresses in its environment."""
    for name, service in services.items():
        said = [*_texts(service.get("image")), *_texts(service.get("build")), name]
        if any(map(_CHAT_UIS.search, said)):
            yield name, [text for text in _texts(service.get("environment")) if "//" in text]


def _client_cues(name: str, clients: list[tuple[str, list[str]]], servers: list[str]) -> Iterator[str]:
    """The chat clients that point at a service, or that name no server where this service is the only one."""
    address = re.compile(rf"//{re.escape(name)}[:/]") if clients else None
    for client, addresses in clients:
        if address and any(map(address.search, addresses)):
            yield f"the chat client {client} points at it"
        elif not addresses and servers == [name]:
            yield f"the chat client {client} runs next to it, the only server"


def _servers(services: Node) -> list[str]:
    """The services whose image is an inference server, Ollama included."""
    images = ((name, text_at(service, "image") or "") for name, service in services.items())
    return [name for name, image in images if engine_of_image(image) or "ollama" in image]


def _texts(node: Node | None) -> list[str]:
    """The texts of a scalar, of a list's elements, or of a mapping's values."""
    if node is None:
        return []
    return [each.text for each in (node, *node, *(value for _, value in node.items())) if each.text]
