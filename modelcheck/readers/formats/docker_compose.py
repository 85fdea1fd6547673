"""Docker Compose files that run vLLM, TGI, TEI or SGLang."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from modelcheck.documents.located import Lines, Located
from modelcheck.documents.yamlfile import Node, YamlFile
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers import Beside
from modelcheck.readers.launch.build import make_use, served_use, text_at, word_at
from modelcheck.readers.launch.engines import CHAT_ROUTE, engine_of_image
from modelcheck.readers.launch.model_variables import named_models
from modelcheck.readers.launch.references import HUB_HOST
from modelcheck.readers.launch.scripts import COMMAND_MENTIONS
from modelcheck.readers.launch.serving import find_started, take_default, take_environment, take_mounts, uses_of
from modelcheck.readers.launch.variables import read_env_file, resolve
from modelcheck.readers.launch.words import words_of
from modelcheck.registry import reader

_MOST_CLIENTS = 50
_CHAT_UIS = lazy(r"(open-?webui|chat[-_]ui|librechat|lobe-?chat|anything-?llm|next-?chat|chatgpt-next-web|big-agi|chatbot-ui)")


@reader(files=("*.yml", "*.yaml"), mentions=(*COMMAND_MENTIONS, "models:", "model"))
def docker_compose(file: YamlFile, beside: Beside) -> Iterator[ModelUse]:
    """Each service that starts an engine; variables from the environment file beside, and from their defaults."""
    for document in file.documents:
        services = document.get("services")
        if services is None or document.get("apiVersion") is not None:
            continue
        lines = Lines(file.path, file.text)
        shared = _shared_variables(beside)
        yield from _model_runner(document)
        clients, servers = list(islice(_clients(services), _MOST_CLIENTS)), _servers(services)
        for name, service in services.items():
            marks = [*_chat_route(service.get("healthcheck", "test")), *_client_marks(name, clients, servers)]
            yield from _service(service, marks, lines, shared, beside)


def _service(service: Node, marks: list[str], lines: Lines, shared: dict[str, Located], beside: Beside) -> Iterator[ModelUse]:
    environment = {**_env_files(service, beside), **environment_of(service.get("environment"), lines)}
    image = service.get("image")
    entrypoint, command = words_of(service.get("entrypoint"), lines), words_of(service.get("command"), lines)
    image_name = resolve(Located(image.text, image.span), shared).text if image is not None and image.text else None
    uses: list[ModelUse] = []
    for started in find_started(image_name, entrypoint + command, lines, entrypoint=bool(entrypoint)):
        take_environment(started, environment)
        take_mounts(started, list(_mounts(service)))
        if image is not None and service.get("env_file") is None:
            take_default(started, image.span, image_name)
        # Compose puts its own variables in before the container sees the text; the container's are what is left.
        uses += uses_of(started, {**environment, **shared}, "docker-compose", marks)
    yield from uses or named_models({name: resolve(word, shared) for name, word in environment.items()}, "docker-compose")


def _model_runner(document: Node) -> Iterator[ModelUse]:
    """Docker Model Runner's ``models``: it serves OpenAI's chat API. Its artifacts are of a registry, whatever they look like."""
    models = document.get("models")
    for entry in (models.children or {}).values() if models is not None else ():
        model = word_at(entry, "model")
        if model is not None and HUB_HOST.match(model.text):
            yield make_use(model, "docker-compose/models", "model-runner", "chat", ("Docker Model Runner serves chat",))
        elif model is not None:
            yield served_use(model, "docker-compose/models", "model-runner", "chat", ("Docker Model Runner serves chat",))


def environment_of(node: Node | None, lines: Lines) -> dict[str, Located]:
    """``environment`` as a mapping or as a list of ``NAME=value``."""
    found = {name: Located(value.text, value.span, value) for name, value in (node.items() if node else ()) if value.text}
    for element in node or ():
        name, equals, value = (element.text or "").partition("=")
        if equals and value:
            place = lines.place(element, [value], script=False)[0]
            found[name] = Located(value, place.at, element)
    return found


def _shared_variables(beside: Beside) -> dict[str, Located]:
    """What Compose itself puts in for ``${NAME}``: ``.env``, else the example that the repository ships in its place."""
    for path in (".env", ".env.example", "env.example", ".env.sample"):
        text = beside.text(path)
        if text is not None:
            return read_env_file(path, text)
    return {}


def _env_files(service: Node, beside: Beside) -> dict[str, Located]:
    """The variables of the files under ``env_file``, which stand where the file is named."""
    node = service.get("env_file")
    found: dict[str, Located] = {}
    for entry in (node, *node) if node is not None else ():
        path = (entry.get("path") or entry).text
        text = beside.text(path) if path else None
        found |= {name: Located(word.text, entry.span) for name, word in read_env_file(path or "", text or "").items()}
    return found


def _mounts(service: Node) -> Iterator[tuple[str, Located]]:
    """The host's folders in a container: ``host:container``, or the long form."""
    for entry in service.get("volumes") or ():
        host, _, inside = (entry.text or "").partition(":")
        source, target = word_at(entry, "source"), word_at(entry, "target")
        if host.startswith((".", "/", "~", "$")) and inside.startswith("/"):
            yield inside.partition(":")[0], Located(host, entry.span)
        elif source and target and source.text.startswith((".", "/", "~", "$")):
            yield target.text, source


def _chat_route(test: Node | None) -> list[str]:
    """A health check that asks for a chat completion."""
    return ["its health check asks for a chat completion"] if any(CHAT_ROUTE in text for text in _texts(test)) else []


def _clients(services: Node) -> Iterator[tuple[str, list[str]]]:
    """The chat clients among the services, each with the addresses that its environment holds."""
    for name, service in services.items():
        said = [*_texts(service.get("image")), *_texts(service.get("build")), name]
        if any(map(_CHAT_UIS.search, said)):
            yield name, [text for text in _texts(service.get("environment")) if "//" in text]


def _client_marks(name: str, clients: list[tuple[str, list[str]]], servers: list[str]) -> Iterator[str]:
    """The chat clients that point at a service, or that stand beside the only server and name no other."""
    address = re.compile(rf"//{re.escape(name)}[:/]") if clients else None
    for client, addresses in clients:
        if address and any(map(address.search, addresses)):
            yield f"the chat client {client} points at it"
        elif not addresses and servers == [name]:
            yield f"the chat client {client} stands beside it, the only server"


def _servers(services: Node) -> list[str]:
    """The services whose image is a server of models, Ollama's too."""
    images = ((name, text_at(service, "image") or "") for name, service in services.items())
    return [name for name, image in images if engine_of_image(image) or "ollama" in image]


def _texts(node: Node | None) -> list[str]:
    """The texts of a scalar, of a list's elements, or of a mapping's values."""
    if node is None:
        return []
    return [each.text for each in (node, *node, *(value for _, value in node.items())) if each.text]
