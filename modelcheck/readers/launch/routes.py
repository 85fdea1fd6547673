"""Routes of gateways: a rule that sends the chat API's path to a Service tells what the server behind it is for.

Gateway API's ``HTTPRoute``, ``Ingress``, Istio's ``VirtualService`` and Traefik's ``IngressRoute`` have one shape: a list of rules,
each with paths and with backends that have a name and a port.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from modelcheck.documents.yamlfile import Node, parse_yaml_text
from modelcheck.errors import Broken
from modelcheck.findings import Span
from modelcheck.readers.launch.build import text_at
from modelcheck.readers.launch.engines import CHAT_ROUTE

KINDS = ("HTTPRoute", "Ingress", "VirtualService", "IngressRoute")
_RULES = ("rules", "http", "paths", "routes")
_BACKENDS = ("backendRefs", "backend", "route", "services")
_MOST = 5_000


def chat_routes(path: str, text: str) -> Iterator[tuple[str, Span]]:
    """``service:port`` of each backend of a rule for the chat API, with the place of the path."""
    if CHAT_ROUTE not in text or not any(f"kind: {kind}" in text for kind in KINDS):
        return
    try:
        documents = parse_yaml_text(path, text)
    except Broken:
        return
    for document in documents:
        if text_at(document, "kind") in KINDS and document.get("spec") is not None:
            for rule in _rules(document):
                at = _path_in(rule)
                yield from ((address, at) for address in _backends(rule) if at is not None)


def _rules(document: Node) -> Iterator[Node]:
    """The innermost rules: those of an Ingress are in its rules for hosts."""
    waiting, seen = [document.get("spec")], 0
    while waiting and seen < _MOST:
        node, seen = waiting.pop(), seen + 1
        if node is None or node.children is None:
            continue
        listed = [entry for name in _RULES for entry in node.get(name) or ()]
        inner = [entry for entry in listed if any(entry.get(name) is not None for name in _BACKENDS)]
        yield from inner
        waiting += [one for entry in listed if not any(entry is one for one in inner) for one in (entry, entry.get("http"))]


def _path_in(rule: Node) -> Span | None:
    """The place of the chat API's path in a rule, whichever way its matches are written."""
    return next((node.span for node in islice(rule.walk(), _MOST) if node.text and CHAT_ROUTE in node.text), None)


def _backends(rule: Node) -> Iterator[str]:
    for name in _BACKENDS:
        node = rule.get(name)
        for entry in () if node is None else node if node.elements is not None else (node,):
            backend = entry.get("destination") or entry.get("service") or entry
            host = text_at(backend, "name") or text_at(backend, "host") or text_at(backend, "serviceName")
            port = text_at(backend, "port", "number") or text_at(backend, "port") or text_at(backend, "servicePort")
            if host and port:
                yield f"{host.partition('.')[0]}:{port}"
