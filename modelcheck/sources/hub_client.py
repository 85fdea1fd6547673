"""Requests to the Hub: bounded in time and size, retried where that helps, each error with its kind.

huggingface_hub provides the session, the token, the endpoint and the URLs. Its own functions are not used: they send two requests
for every file, do not retry when the Hub asks for it, and wait 23 seconds for an unreachable host.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from modelcheck.errors import Kind, TargetError
from modelcheck.records import record
from modelcheck.sources import Access
from modelcheck.sources.transport import TransportError, transport

ANSWER_SECONDS = 10.0
"""The longest wait for the first byte of a response, and between two chunks of it."""
MAX_ANSWER = 64 * 2**20
_PAUSES = (0.5, 1.5)


@record(eq=True)
class Answer:
    """Status, body, and the headers of the Hub's own response, before any redirect to a storage host."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _NoRevisionError(TargetError):
    """The repository exists, the revision does not."""


class _NoConnectionError(Exception):
    """A host that cannot be reached."""

    def __init__(self, *, at_the_hub: bool) -> None:
        super().__init__()
        self.at_the_hub = at_the_hub


class HubClient:
    """Sends the requests about one repository, until ``access.timeout`` seconds after it was created."""

    def __init__(self, id_: str, access: Access) -> None:
        self.id = id_
        self._access = access
        self._deadline = time.monotonic() + access.timeout

    def info(self, revision: str | None) -> dict[str, Any]:
        """Return the repository at a revision: commit, files with sizes, config, card data, summaries. Raises TargetError."""
        path = f"/api/models/{self.id}" + (f"/revision/{_quoted(revision)}" if revision else "")
        try:
            answer = self.get(f"{path}?blobs=true", MAX_ANSWER)
        except _NoRevisionError as error:
            raise TargetError("not-found", f"{error}{self._near(revision or 'main')}") from None
        try:
            info = json.loads(answer.body)
        except (ValueError, RecursionError):
            info = None
        if not (isinstance(info, dict) and isinstance(info.get("sha"), str) and isinstance(info.get("siblings", []), list)):
            raise TargetError("unreadable", f"the Hub's response about {self.id} does not have the expected form")
        return info

    def file(self, path: str, commit: str, limit: int, start: int | None = None, length: int | None = None) -> Answer:
        """Return a file of a commit, or ``length`` of its bytes from ``start``. Raises TargetError."""
        headers = {} if start is None or length is None else {"Range": f"bytes={start}-{start + length - 1}"}
        return self.get(f"/{self.id}/resolve/{commit}/{_quoted(path, '/')}", limit, headers)

    def get(self, path: str, limit: int, headers: Mapping[str, str] | None = None) -> Answer:
        """Send a GET, retried after 429 and 5xx until the timeout. Raises TargetError."""
        for pause in (*_PAUSES, None):
            try:
                answer = self._once(path, limit, headers or {})
            except _NoConnectionError as error:
                if pause is None or time.monotonic() + pause >= self._deadline:
                    raise self._unreachable(at_the_hub=error.at_the_hub) from None
                time.sleep(pause)
                continue
            if answer.status < 400:
                return answer
            wait = _retry_after(answer) if answer.status == 429 else pause if answer.status >= 500 else None
            if pause is None or wait is None or time.monotonic() + wait >= self._deadline:
                break
            time.sleep(wait)
        raise self._refused(answer)

    def _once(self, path: str, limit: int, headers: Mapping[str, str]) -> Answer:
        if self._access.unreachable:
            raise TargetError("offline", self._access.unreachable)
        with self._slot():
            return self._ask(path, limit, headers)

    @contextmanager
    def _slot(self) -> Iterator[None]:
        """Wait for one of the slots for concurrent requests. This wait does not count toward the timeout."""
        waiting = time.monotonic()
        with self._access.slots:
            self._deadline += time.monotonic() - waiting
            yield

    def _ask(self, path: str, limit: int, headers: Mapping[str, str]) -> Answer:
        from huggingface_hub import constants, get_session

        seconds = min(ANSWER_SECONDS, self._deadline - time.monotonic())
        if seconds <= 0:
            raise self._too_late()
        everything = {**_headers(), **headers}
        # The session drops the token where a redirect leads to another host.
        stream = get_session().stream("GET", constants.ENDPOINT + path, headers=everything, follow_redirects=True, timeout=seconds)
        with self._transport_faults(), stream as response:
            first = response.history[0].headers if response.history else response.headers
            body = bytearray()
            for piece in response.iter_bytes():
                body += piece
                if time.monotonic() > self._deadline:
                    raise self._too_late()
                if len(body) > limit and response.status_code < 400:
                    raise TargetError("unreadable", f"the Hub sends more than {limit:,} bytes for {path.partition('?')[0]}")
            return Answer(response.status_code, {name.lower(): value for name, value in first.items()}, bytes(body))

    @contextmanager
    def _transport_faults(self) -> Iterator[None]:
        try:
            with transport():
                yield
        except TransportError as error:
            if error.fault == "timeout":
                raise self._too_late() from None
            if error.fault == "broke off":
                raise TargetError("unreadable", f"the Hub's answer about {self.id} broke off") from None
            raise _NoConnectionError(at_the_hub=_asks_the_hub(error.cause)) from None

    def _unreachable(self, *, at_the_hub: bool) -> TargetError:
        """The error for an unreachable host. If it is the Hub itself, no other request of the run tries again."""
        if not at_the_hub:
            return TargetError("unreadable", f"the Hub redirects {self.id} to another host, which cannot be reached")
        self._access.unreachable = f"{self.id}: the Hub cannot be reached (use --offline to judge from the cache and the name)"
        return TargetError("offline", self._access.unreachable)

    def _too_late(self) -> TargetError:
        return TargetError(
            "timeout", f"the Hub did not respond about {self.id} in time (--timeout is {self._access.timeout:g} seconds per target)"
        )

    def _refused(self, answer: Answer) -> TargetError:
        code = answer.headers.get("x-error-code", "")
        if code == "RevisionNotFound":
            return _NoRevisionError("not-found", f"{self.id} has no such revision")
        if code == "GatedRepo":
            return TargetError("gated", f"{self.id} is gated: accept its conditions on its page and set HF_TOKEN")
        if code == "RepoNotFound" or answer.status == 401:
            return TargetError(
                "not-found", f"{self.id} does not exist on the Hub, or is private: check the spelling, or set HF_TOKEN"
            )
        if answer.status == 429:
            wait = _retry_after(answer)
            return TargetError(
                "rate-limited", f"the Hub asks to wait{f' {wait:g} seconds' if wait else ''} before {self.id} is asked for again"
            )
        kind: Kind = "not-found" if code == "EntryNotFound" else "gated" if answer.status == 403 else "unreadable"
        return TargetError(kind, f"the Hub answered {answer.status} for {self.id}")

    def _near(self, revision: str) -> str:
        """The revisions that exist, most similar first, as the end of a message."""
        import difflib

        try:
            refs = json.loads(self.get(f"/api/models/{self.id}/refs", MAX_ANSWER).body)
            names = [ref["name"] for kind in ("branches", "tags") for ref in refs.get(kind, [])]
        except (TargetError, ValueError, KeyError, TypeError, AttributeError):
            return ""
        near = difflib.get_close_matches(revision, names, 5, 0.0)
        return f"; it has {', '.join(near)}" if near else ""


def _asks_the_hub(error: Exception) -> bool:
    """Whether a failed request was sent to the Hub itself, and not to the target of a redirect."""
    from huggingface_hub import constants

    try:
        return str(error.request.url).startswith(constants.ENDPOINT)  # type: ignore[attr-defined]
    except (AttributeError, RuntimeError):  # RuntimeError: the library knows no request
        return True


def _quoted(text: str, safe: str = "") -> str:
    from urllib.parse import quote

    return quote(text, safe)


@cache
def _headers() -> Mapping[str, str]:
    """User agent and token, built once: it takes as long as a request."""
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined] # exported lazily

    return {**build_hf_headers(library_name="modelcheck"), "Accept-Encoding": "identity"}


def _retry_after(answer: Answer) -> float | None:
    value = answer.headers.get("retry-after", "")
    return float(value) if value.isdecimal() and len(value) < 6 else None
