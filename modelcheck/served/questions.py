"""The requests of all checks: counted, until the time limit, and what their answers say about tokens."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from modelcheck.errors import TargetError
from modelcheck.records import record
from modelcheck.sources import Answering
from modelcheck.sources.endpoint_client import Reply

_REFUSED = (400, 413, 422)


@record()
class Counted:
    """The tokens of a prompt as the server reports them; None and why where it does not. ``seconds`` is how long it took."""

    tokens: int | None
    why: str
    seconds: float
    status: int


class Asking:
    """Requests to one server. ``requests`` is their number so far."""

    def __init__(self, source: Answering, seconds: float) -> None:
        self.source = source
        self.requests = 0
        self._deadline = time.monotonic() + seconds
        self._above = source.endpoint.above()
        self._limit = "max_tokens"

    def listed(self) -> Mapping[str, Any]:
        """What the list of models says about the model; empty if it is not in the list."""
        data = self._send("GET", "/models", None).data.get("data")
        entries = [one for one in data if isinstance(one, dict)] if isinstance(data, list) else []
        named = [one for one in entries if one.get("id") == self.source.model]
        return next(iter(named or (entries if len(entries) == 1 else [])), {})

    def route(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any] | None:
        """The answer of a route that engines have above ``/v1``; None if it is not there or refuses."""
        reply = self._send(method, path, body, above=True)
        return reply.data if reply.status < 400 else None

    def text(self, prompt: str) -> Counted:
        """The tokens of a prompt on the completions route."""
        return self._count("/completions", {"prompt": prompt})

    def chat(self, messages: Sequence[Mapping[str, Any]]) -> Counted:
        """The tokens of a conversation on the chat route."""
        return self._count("/chat/completions", {"messages": list(messages)})

    def first_tokens(self, path: str, body: Mapping[str, Any], most: int) -> Reply:
        """The answer of one token, with the log probabilities of the ``most`` likeliest ones if the server returns them."""
        asked = {"logprobs": True, "top_logprobs": most} if path == "/chat/completions" else {"logprobs": most}
        return self._one_token(path, {**body, **asked})

    def samples(self, prompt: str, count: int, tokens: int) -> Sequence[str] | str:
        """So many completions with a temperature of 1, each as an independent draw; a reason if the server refuses."""
        texts: list[str] = []
        together = True
        while len(texts) < count:
            apart = {"n": count} if together else {"seed": 1 + len(texts)}  # one seed for all of n may make them the same
            reply = self._complete("/completions", {"prompt": prompt, "temperature": 1, "top_p": 1, **apart}, tokens)
            if together and reply.status in _REFUSED:
                together = False
                continue
            if reply.status >= 400:
                return f"{reply.status} {reply.message}".strip()
            texts_of = (choice.get("text") for choice in reply.choices if isinstance(choice, dict))
            found = [text for text in texts_of if isinstance(text, str)]
            if not found:
                return "its completions have no text"
            texts += found
            together = together and len(found) > 1
        return texts[:count]

    def _count(self, path: str, body: Mapping[str, Any]) -> Counted:
        start = time.monotonic()
        reply = self._one_token(path, body)
        seconds = time.monotonic() - start
        if reply.status >= 400:
            return Counted(None, f"{reply.status} {reply.message}".strip(), seconds, reply.status)
        usage = reply.data.get("usage")
        count = usage.get("prompt_tokens") if isinstance(usage, dict) else None
        known = isinstance(count, int) and not isinstance(count, bool) and count >= 0
        return Counted(count if known else None, "" if known else "it reports no usage.prompt_tokens", seconds, reply.status)

    def _one_token(self, path: str, body: Mapping[str, Any]) -> Reply:
        return self._complete(path, body, 1)

    def _complete(self, path: str, body: Mapping[str, Any], tokens: int) -> Reply:
        whole = {"model": self.source.model, "temperature": 0, **body}
        reply = self._send("POST", path, {**whole, self._limit: tokens})
        if reply.status in _REFUSED and "max_completion_tokens" in reply.message and self._limit == "max_tokens":
            self._limit = "max_completion_tokens"
            reply = self._send("POST", path, {**whole, self._limit: tokens})
        if reply.status < 400:
            self.source.confirm(reply.data.get("model"))
        return reply

    def _send(self, method: str, path: str, body: Mapping[str, Any] | None, *, above: bool = False) -> Reply:
        """Send one request. What is no answer in JSON counts as a refusal; no response or a timeout ends the checks."""
        self.requests += 1
        endpoint, left = self._above if above else self.source.endpoint, self._deadline - time.monotonic()
        try:
            return endpoint.get(path, left) if method == "GET" else endpoint.post(path, body or {}, left)
        except TargetError as error:
            if error.kind not in ("unreadable", "gated") or (error.kind == "gated" and not above):
                raise
            return Reply(502, {}, str(error))
