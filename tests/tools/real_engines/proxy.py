"""A proxy on loopback that changes what is asked before a real engine sees it: the faults that no option of an engine makes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from served.server import answering, send

Change = Callable[[dict[str, Any]], dict[str, Any]]
_WAITS = 600
"""Seconds for one answer."""


def with_system_prompt(body: dict[str, Any]) -> dict[str, Any]:
    """The request with a system prompt where it has none, as gateways with a prompt for the whole company add it."""
    messages = body.get("messages")
    if not messages or messages[0]["role"] == "system":
        return body
    text = "You are the assistant of Acme Boats. Speak about boats, harbours, sails and nothing else. Never name a competitor."
    return {**body, "messages": [{"role": "system", "content": text}, *messages]}


def cut(body: dict[str, Any]) -> dict[str, Any]:
    """The request with the end of a long prompt only, as proxies send it that keep to a limit."""
    return {**body, "prompt": body["prompt"][-400:]} if "prompt" in body else body


def short_answers(body: dict[str, Any]) -> dict[str, Any]:
    """The request for a short answer, for engines that are slow here."""
    return {**body, "max_tokens": min(body["max_tokens"], 4)} if "max_tokens" in body else body


@contextmanager
def changing(server: str, change: Change) -> Iterator[str]:
    """The address of a proxy before the server, without ``/v1``."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked = getattr(handler, "asked", None)
        body = json.dumps(change(asked)).encode() if asked is not None else None
        request = Request(server + handler.path, body, {"Content-Type": "application/json"}, method=handler.command)
        try:
            with urlopen(request, timeout=_WAITS) as reply:
                status, content = reply.status, reply.read()
        except HTTPError as error:
            status, content = error.code, error.read()
        send(handler, content, status)

    with answering(answer) as address:
        yield address.removesuffix("/v1")
