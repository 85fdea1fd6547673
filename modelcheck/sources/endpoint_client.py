"""Requests to an OpenAI-compatible server: bounded in time and size, without redirects, each error with its kind.

A key is sent only if MODELCHECK_API_KEY is set.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from copy import copy
from typing import Any
from urllib.parse import unquote, urlsplit

from modelcheck.errors import TargetError
from modelcheck.records import record
from modelcheck.sources.target import without_password
from modelcheck.sources.transport import Fault, Limits, TransportError, exchange

KEY = "MODELCHECK_API_KEY"
_MAX_ANSWER = 4 * 2**20
_HIDDEN = "***"
_SHORTEST_SECRET = 8
"""A key such as ``EMPTY`` is none, and is a part of many other texts."""


@record()
class Reply:
    """One response: ``data`` is its JSON object, ``message`` the error message of a refusal."""

    status: int
    data: Mapping[str, Any]
    message: str

    @property
    def choice(self) -> Mapping[str, Any]:
        """The first choice of a completion; empty if it has none."""
        first = self.choices[0] if self.choices else None
        return first if isinstance(first, dict) else {}

    @property
    def choices(self) -> list[Any]:
        """All answers, whatever they are."""
        choices = self.data.get("choices")
        return choices if isinstance(choices, list) else []


class _BrokeOffError(TargetError):
    """The connection closed before the response was complete."""


class Endpoint:
    """A server whose routes are below ``url``. A name and a password in the address are sent, and are not part of ``url``."""

    def __init__(self, address: str) -> None:
        self.url = without_password(address).rstrip("/")
        self._secrets, self._authorization = _credentials(address)

    def above(self) -> Endpoint:
        """The same server without the ``/v1`` at the end of its address: engines have routes of their own there."""
        other = copy(self)
        other.url = self.url.removesuffix("/v1")
        return other

    def get(self, path: str, seconds: float) -> Reply:
        """Send a GET. Raises TargetError."""
        return self._ask("GET", path, None, seconds)

    def post(self, path: str, body: Mapping[str, Any], seconds: float) -> Reply:
        """Send a POST of JSON; a refusal is a reply too. Raises TargetError."""
        return self._ask("POST", path, body, seconds)

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None, seconds: float) -> Reply:
        try:
            return self._once(method, path, body, seconds)
        except _BrokeOffError:  # many servers close a kept-alive connection after an error, which only the next request notices
            return self._once(method, path, body, seconds)

    def _once(self, method: str, path: str, body: Mapping[str, Any] | None, seconds: float) -> Reply:
        headers = {"Accept": "application/json", **self._authorization}
        limits = Limits(seconds=seconds, idle=max(seconds, 0.001), size=_MAX_ANSWER)
        try:
            answer = exchange(method, self.url + path, headers, limits, json=body)
        except TransportError as error:
            raise self._failed(error.fault, path) from None
        return self._reply(path, answer.status, answer.headers.get("content-type", ""), answer.body)

    def _reply(self, path: str, status: int, kind: str, content: bytes) -> Reply:
        if status in (401, 403):
            raise TargetError("gated", f"{self.url} asks for a key, or refuses the one given: set {KEY}")
        try:
            data: Any = self._without_secrets(json.loads(content))
        except (ValueError, RecursionError):
            data = None
        if isinstance(data, dict):
            return Reply(status, data, _message(data))
        if status < 400:
            what = "HTML" if "html" in kind or content.lstrip()[:1] == b"<" else "what is no JSON object"
            raise TargetError("unreadable", f"{self.url}{path} answers with {what}: is it an OpenAI-compatible API, with its /v1?")
        text = content.decode("utf-8", "replace")
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return Reply(status, {}, text[:200].strip())

    def _without_secrets(self, data: Any) -> Any:
        """A response in which what was sent to the server as a secret is hidden: some repeat it in their errors."""
        if not self._secrets:
            return data
        text = json.dumps(data, ensure_ascii=False)
        for secret in self._secrets:
            text = text.replace(json.dumps(secret, ensure_ascii=False)[1:-1], _HIDDEN)
        return json.loads(text)

    def _failed(self, fault: Fault, path: str) -> TargetError:
        if fault == "timeout":
            return self._too_late()
        if fault == "broke off":
            return _BrokeOffError("unreadable", f"the answer of {self.url}{path} broke off")
        if fault == "too long":
            return TargetError("unreadable", f"{self.url}{path} answers with more than {_MAX_ANSWER:,} bytes")
        if fault == "no address":
            return TargetError("not-found", f"{self.url} is not the address of a server")
        if fault == "unsendable":
            return TargetError("gated", f"{self.url} cannot be asked: {KEY} has characters that no key has")
        return TargetError("offline", f"cannot connect to {self.url}")

    def _too_late(self) -> TargetError:
        return TargetError(
            "timeout", f"{self.url} did not answer in time (--timeout for its list of models, --probe-timeout for all)"
        )


def _credentials(address: str) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """What must not be shown, and the header that is sent: the key of the environment, else the password of the address.

    Raises TargetError for what is no address.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        raise TargetError("not-found", f"{without_password(address)} is not the address of a server") from None
    name, password = unquote(parts.username or ""), unquote(parts.password or "")
    basic = base64.b64encode(f"{name}:{password}".encode()).decode()
    key = os.environ.get(KEY, "").strip()
    secrets = tuple(secret for secret in (key, password, basic if password else "") if len(secret) >= _SHORTEST_SECRET)
    sent = f"Bearer {key}" if key else f"Basic {basic}" if name or password else ""
    return secrets, {"Authorization": sent} if sent else {}


def _message(data: Mapping[str, Any]) -> str:
    """The message of a refusal: in OpenAI's form, FastAPI's, or a bare text."""
    error = data.get("error")
    message = error.get("message") if isinstance(error, dict) else error or data.get("detail") or data.get("message")
    return str(message)[:300] if message else ""
