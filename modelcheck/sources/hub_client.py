"""Requests to the Hub: bounded in time and size, retried where that helps, each error with its kind.

huggingface_hub provides the session, the token, the endpoint and the URLs. Its own functions are not used: they send two requests
for every file, do not retry when the Hub asks for it, and wait 23 seconds for an unreachable host.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from modelcheck.errors import Kind, TargetError
from modelcheck.sources import Access
from modelcheck.sources.clock import Clock
from modelcheck.sources.hub_listing import Listed, listed_files
from modelcheck.sources.slots import Slots
from modelcheck.sources.transport import Answer, Limits, TransportError, exchange

ANSWER_SECONDS = 10.0
"""The longest wait for the first byte of a response, and between two chunks of it."""
MAX_ANSWER = 12 * 2**20
"""Bytes of JSON, which takes ten times as much memory. Repositories of ten thousand files have 3 MB."""
_PAUSES = (0.5, 1.5)


class _NoRevisionError(TargetError):
    """The repository exists, the revision does not."""


class _NoConnectionError(Exception):
    """A host that cannot be reached."""

    def __init__(self, *, at_the_hub: bool) -> None:
        super().__init__()
        self.at_the_hub = at_the_hub


class HubClient:
    """Sends the requests about one repository, which together may take ``access.timeout`` seconds."""

    def __init__(self, id_: str, access: Access) -> None:
        self.id = id_
        self._access = access
        self._clock = Clock(access.timeout)
        self._not_before = 0.0
        """When the Hub allows the next request, where it has asked to wait."""

    @property
    def slots(self) -> Slots:
        """The bound on requests, which all targets share."""
        return self._access.slots

    def info(self, revision: str | None) -> tuple[dict[str, Any], dict[str, Listed]]:
        """Return the repository at a revision: commit, config, card data, summaries; and its files. Raises TargetError."""
        path = f"/api/models/{self.id}" + (f"/revision/{_quoted(revision)}" if revision else "")
        try:
            answer = self.get(f"{path}?blobs=true", MAX_ANSWER)
        except _NoRevisionError as error:
            raise TargetError("not-found", f"{error}{self._near(revision or 'main')}") from None
        try:
            info = json.loads(answer.body)
            return info, listed_files(info)
        except (ValueError, RecursionError):
            raise TargetError("unreadable", f"the Hub's response about {self.id} does not have the expected form") from None

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
                if pause is None or pause >= self._clock.left:
                    raise self._unreachable(at_the_hub=error.at_the_hub) from None
                self._sleep(pause)
                continue
            if answer.status < 400:
                return answer
            wait = _retry_after(answer) if answer.status == 429 else pause if answer.status >= 500 else None
            if answer.status == 429 and wait:
                self._not_before = time.monotonic() + wait
            if pause is None or wait is None or wait >= self._clock.left:
                break
            self._sleep(wait)
        raise self._refused(answer)

    def _once(self, path: str, limit: int, headers: Mapping[str, str]) -> Answer:
        if self._access.unreachable:
            raise TargetError("offline", f"{self.id}: {self._access.unreachable}")
        wait = self._not_before - time.monotonic()
        if wait >= self._clock.left:
            raise self._too_many(wait)
        if wait > 0:
            self._sleep(wait)
        with self._access.slots.request() as slow:
            return self._ask(path, limit, headers, slow)

    def _sleep(self, seconds: float) -> None:
        with self._access.slots.pause(), self._clock.running():
            time.sleep(seconds)

    def _ask(self, path: str, limit: int, headers: Mapping[str, str], slow: Callable[[], None]) -> Answer:
        from huggingface_hub import constants, get_session

        get_session()  # made here, so that nothing else runs while it is
        due, self._access.due = self._access.due, None
        left = self._clock.left
        if left <= 0:
            raise self._too_late()
        limits = Limits(seconds=left, idle=min(ANSWER_SECONDS, left), size=limit)
        try:
            # The session drops the token where a redirect leads to another host.
            url = constants.ENDPOINT + path
            with self._clock.running():
                late = self._access.slots.slow_after, slow
                return exchange("GET", url, {**_headers(), **headers}, limits, redirects=True, slow=late, meanwhile=due)
        except TransportError as error:
            raise self._failed(error, f"{limit:,} bytes for {path.partition('?')[0]}") from None

    def _failed(self, error: TransportError, most: str) -> Exception:
        if error.fault == "timeout":
            return self._too_late()
        if error.fault in ("no connection", "no address"):
            return _NoConnectionError(at_the_hub=_asks_the_hub(error.cause))
        if error.fault == "unsendable":
            return TargetError("gated", f"{self.id} cannot be asked for: HF_TOKEN has characters that no token has")
        what = {
            "broke off": f"answer about {self.id} broke off",
            "too long": f"answer about {self.id} has more than {most}",
            "circle": f"redirects lead {self.id} in a circle",
        }[error.fault]
        return TargetError("unreadable", f"the Hub's {what}")

    def _unreachable(self, *, at_the_hub: bool) -> TargetError:
        """The error for an unreachable host. If it is the Hub itself, no other request of the run tries again."""
        if not at_the_hub:
            return TargetError("unreadable", f"the Hub redirects {self.id} to another host, which cannot be reached")
        self._access.unreachable = "the Hub cannot be reached (use --offline to judge from the cache and the name)"
        return TargetError("offline", f"{self.id}: {self._access.unreachable}")

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
            return self._too_many(_retry_after(answer))
        kind: Kind = "not-found" if code == "EntryNotFound" else "gated" if answer.status == 403 else "unreadable"
        return TargetError(kind, f"the Hub answered {answer.status} for {self.id}")

    def _too_many(self, wait: float | None) -> TargetError:
        seconds = f" {wait:.0f} seconds" if wait else ""
        return TargetError("rate-limited", f"the Hub asks to wait{seconds} before {self.id} is asked for again")

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


def _asks_the_hub(error: Any) -> bool:
    """Whether a failed request was sent to the Hub itself, and not to the target of a redirect."""
    from huggingface_hub import constants

    try:
        asked = error.request.url
        hub = type(asked)(constants.ENDPOINT)
    except (AttributeError, RuntimeError):  # RuntimeError: the library knows no request
        return True
    return bool((asked.scheme, asked.host, asked.port) == (hub.scheme, hub.host, hub.port))


def _quoted(text: str, safe: str = "") -> str:
    from urllib.parse import quote

    return quote(text, safe)


@cache
def _headers() -> Mapping[str, str]:
    """User agent and token, built once: it takes as long as a request."""
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined] # exported lazily

    return build_hf_headers(library_name="modelcheck")


def _retry_after(answer: Answer) -> float | None:
    value = answer.headers.get("retry-after", "")
    return float(value) if value.isdecimal() and len(value) < 6 else None
