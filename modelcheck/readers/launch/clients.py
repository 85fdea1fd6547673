"""Clients of chat servers, and the addresses at which servers answer: a client of a server tells what the server is for.

They are matched by host name and port only: by the name of a container or of a service, or by a port of this machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import PurePosixPath

from modelcheck.documents.located import Lines
from modelcheck.facts.model_use import ModelUse
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.readers.launch.chat_cues import CHAT_PAGES
from modelcheck.readers.launch.engines import CHAT_ROUTE
from modelcheck.readers.launch.mentions import asks_itself, runs_programs
from modelcheck.readers.launch.routes import chat_routes
from modelcheck.readers.neighbours import NeighbourFiles
from modelcheck.records import record, replace

_URL = lazy(r"https?://(?P<host>[A-Za-z0-9][\w.-]{0,200})(?::(?P<port>\d{2,5}))?(?P<path>/[\w./-]{0,200})?")
_CHATS = lazy(
    r"chat/completions|chat\.completions|ChatOpenAI|chatCompletion|/api/chat\b|litellm_params", words=("chat", "litellm_params")
)
_CHAT_ROUTES = frozenset(("/api/chat", "/chat/completions", CHAT_ROUTE))
_ROUTES = _CHAT_ROUTES | {"", "/", "/v1", "/v1/", "/api"}
_HERE = frozenset(("localhost", "127.0.0.1", "0.0.0.0", "host.docker.internal"))  # noqa: S104 - names in scanned files
_CLUSTER = lazy(r"\.[\w-]+(\.svc(\.cluster\.local)?)$|\.[\w-]+\.svc\..*$")
"""What follows a Service's name in a cluster's names."""
_PAGE = lazy(
    rf"\bimage:[^\n]*{CHAT_PAGES}[^\n]*"
    r"(?:\n(?![ \t]*(?:-[ \t]+)?image:)[^\n]*){1,60}"
)
"""A container that is a chat page, up to the next image."""
_PROGRAM = lazy(r"(?<![\w./-])(?P<path>[\w./-]{1,200}\.(?:py|[cm]?[jt]s))(?![\w.])|[ \t]-m[ \t]+(?P<module>[A-Za-z_][\w.]{0,200})")
_CONTINUED = lazy(r"(?:[^\n]*\\\n)*[^\n]*")
_TOLD = (".md", ".rst", ".txt", ".ipynb")
"""Documentation shows how a server may be asked, not how it is."""
_MOST = 200


@record(eq=True)
class Client:
    """A place that asks for chats at an address, ``host:port``; the host is ``localhost`` for this machine."""

    address: str
    at: Span


def clients_of(path: str, name: str, content: bytes, neighbours: NeighbourFiles) -> Iterator[Client]:
    """The clients that a file is or runs; ``name`` is the one by which it is read."""
    text = content.decode("utf-8", "replace")
    if asks_itself(content):
        yield from clients_in(path, text)
    if runs_programs(name, content):
        yield from clients_run_by(path, text, neighbours)


def clients_in(path: str, text: str) -> Iterator[Client]:
    """The addresses in a file that asks for chats, where they are those of a server's root or of its chat route."""
    if path.endswith((".yaml", ".yml")):
        yield from (Client(address, at) for address, at in chat_routes(path, text))
    if "http" not in text or path.endswith(_TOLD) or not (_CHATS.search(text) or _PAGE.search(text)):
        return
    lines, wide = Lines(path, text), _asks_for_chats(path, text)
    for found in islice(_URL.finditer(text), _MOST):
        route = found["path"] or ""
        if route in _CHAT_ROUTES or (route in _ROUTES and any(start <= found.start() < end for start, end in wide)):
            yield Client(_address(found), lines.span(found.start(), found.end()))


def clients_run_by(path: str, text: str, neighbours: NeighbourFiles) -> Iterator[Client]:
    """The address that a script gives to a program of the tree which asks for chats: as an argument, or in a variable.

    Of several addresses in the script one counts that is alone in the command which runs the program.
    """
    programs = [found for found in islice(_PROGRAM.finditer(text), _MOST) if _is_client(found, neighbours)]
    urls = [found for found in islice(_URL.finditer(text), _MOST) if (found["path"] or "") in _ROUTES] if programs else []
    lines = Lines(path, text)
    if len({_address(url) for url in urls}) > 1:
        commands = [command.span() for command in _CONTINUED.finditer(text) if command[0]]
        ran = [span for span in commands if any(span[0] <= program.start() < span[1] for program in programs)]
        inside = [[url for url in urls if start <= url.start() < end] for start, end in ran]
        urls = [alone[0] for alone in inside if len({_address(url) for url in alone}) == 1]
    yield from (Client(_address(url), lines.span(url.start(), url.end())) for url in urls)


def _is_client(program: re.Match[str], neighbours: NeighbourFiles) -> bool:
    """Whether a program is a file of the tree that asks for chats, without a server's address of its own."""
    own = program["path"] or f"{program['module'].replace('.', '/')}.py"
    text = neighbours.text(own) or neighbours.at_root().text(own) or ""
    return _CHATS.search(text) is not None and not any((url["path"] or "") in _ROUTES for url in islice(_URL.finditer(text), _MOST))


def _address(url: re.Match[str]) -> str:
    host = "localhost" if url["host"] in _HERE else _CLUSTER.sub("", url["host"])
    return f"{host}:{url['port'] or '80'}"


def _asks_for_chats(path: str, text: str) -> list[tuple[int, int]]:
    """The parts of a file in which the address of a server's root is that of a chat server.

    A program that asks for chats and names one server; a router's configuration; the environment of a chat page. What stands
    elsewhere in a file of deployments is of other services.
    """
    if path.endswith((".yaml", ".yml", ".json")):
        if "litellm_params" in text:
            return [(0, len(text))]
        return [(found.start(), found.end()) for found in islice(_PAGE.finditer(text), _MOST)]
    servers = {(found["host"], found["port"]) for found in islice(_URL.finditer(text), _MOST) if (found["path"] or "") in _ROUTES}
    return [(0, len(text))] if len(servers) == 1 else []


def with_clients(uses: Iterable[ModelUse], clients: Iterable[Client]) -> Iterator[ModelUse]:
    """The uses; one of unknown purpose that has a client is for chat."""
    uses = list(uses)
    by_address: dict[str, list[int]] = {}
    for place, use in enumerate(uses):
        for address in use.addresses if use.purpose in ("unknown", "chat") else ():
            by_address.setdefault(address, []).append(place)
    asked: dict[int, Client] = {}
    for client in clients if by_address else ():
        for place in _servers_of(client, [(place, uses[place]) for place in by_address.get(client.address, ())]):
            asked.setdefault(place, client)
    for place, use in enumerate(uses):
        if place not in asked or use.purpose != "unknown":
            yield use
        else:
            mine = asked[place]
            because = (f"{mine.at.path}:{mine.at.line} asks it for chats",)
            yield replace(use, purpose="chat", because=because, used_at=use.used_at or mine.at)


def _servers_of(client: Client, served: Sequence[tuple[int, ModelUse]]) -> list[int]:
    """Which of the servers at a client's address it asks.

    A port of this machine says so only in the same part of a tree, and where the nearest servers have one model: many examples
    of a repository use the port that is the engine's default.
    """
    if not client.address.startswith("localhost:"):
        return [place for place, _ in served]
    here = PurePosixPath(client.at.path).parent
    near: dict[int, list[tuple[int, str]]] = {}
    for place, use in served:
        there = PurePosixPath(use.at.path).parent
        if here.is_relative_to(there) or there.is_relative_to(here):
            near.setdefault(abs(len(here.parts) - len(there.parts)), []).append((place, use.model))
    nearest = near[min(near)] if near else []
    return [place for place, _ in nearest] if len({model for _, model in nearest}) == 1 else []
