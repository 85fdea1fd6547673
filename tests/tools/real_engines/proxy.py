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
_MOST = 1500
"""Characters of the longest prompt that ``refusing_long_prompts`` lets through: some 400 tokens."""
_CHAT, _TEXT = "/chat/completions", "/completions"


class Refused(Exception):  # noqa: N818 - an answer, not an error
    """Raised by a change: the engine is not asked, and the answer is an error with this text."""


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


def refusing_long_prompts(body: dict[str, Any]) -> dict[str, Any]:
    """The request, if its prompt is not long. Raises Refused, as gateways with a limit answer."""
    if len(json.dumps(body.get("prompt") or body.get("messages"))) > _MOST:
        raise Refused("the prompt exceeds the maximum context length of 512 tokens")
    return body


def rendered_by(template: str) -> Change:
    """Make a conversation a prompt, as gateways with templates of their own do: the engine only continues a text."""

    def change(body: dict[str, Any]) -> dict[str, Any]:
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        if "messages" not in body:
            return body
        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        prompt = environment.from_string(template).render(messages=body["messages"], add_generation_prompt=True)
        return {name: value for name, value in body.items() if name != "messages"} | {"prompt": prompt}

    return change


def short_answers(body: dict[str, Any]) -> dict[str, Any]:
    """The request for a short answer, for engines that are slow here."""
    return {**body, "max_tokens": min(body["max_tokens"], 4)} if "max_tokens" in body else body


@contextmanager
def changing(server: str, change: Change) -> Iterator[str]:
    """The address of a proxy before the server, without ``/v1``."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked = getattr(handler, "asked", None)
        try:
            changed = change(asked) if asked is not None else None
        except Refused as refused:
            return send(handler, json.dumps({"error": {"message": str(refused), "code": 400}}).encode(), 400)
        was_chat = asked is not None and "messages" in asked and changed is not None and "prompt" in changed
        path = handler.path.replace(_CHAT, _TEXT) if was_chat else handler.path
        body = json.dumps(changed).encode() if changed is not None else None
        request = Request(server + path, body, {"Content-Type": "application/json"}, method=handler.command)
        try:
            with urlopen(request, timeout=_WAITS) as reply:
                status, content = reply.status, reply.read()
        except HTTPError as error:
            status, content = error.code, error.read()
        return send(handler, _as_chat(content) if was_chat and status == 200 else content, status)

    with answering(answer) as address:
        yield address.removesuffix("/v1")


def _as_chat(content: bytes) -> bytes:
    """The answer of the completions route in the form of the chat route."""
    answer = json.loads(content)
    for choice in answer["choices"]:
        choice["message"] = {"role": "assistant", "content": choice.pop("text", "")}
    return json.dumps(answer).encode()
