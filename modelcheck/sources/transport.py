"""One exchange over HTTP: bounded as a whole in time and size, and why it failed.

The session is huggingface_hub's. The errors are those of the HTTP library that it depends on, whichever that is.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Literal, TypeVar

from modelcheck.records import record

Fault = Literal["timeout", "broke off", "too long", "circle", "no address", "no connection", "unsendable"]
MAX_REFUSAL = 64 * 2**10
"""The bytes of a response with an error status that are read; the rest is not."""
_LIBRARIES = ("httpx", "httpx2", "httpcore", "httpcore2")
_NAMES: dict[str, Fault] = {
    "RemoteProtocolError": "broke off", "ReadError": "broke off", "WriteError": "broke off", "DecodingError": "broke off",
    "TooManyRedirects": "circle",
    "UnsupportedProtocol": "no address", "InvalidURL": "no address",
    "LocalProtocolError": "unsendable", "UnicodeEncodeError": "unsendable",
}  # fmt: skip
T = TypeVar("T")


class TransportError(Exception):
    """A request that got no whole answer. ``cause`` is the library's own error, if it was one."""

    def __init__(self, fault: Fault, cause: Exception | None = None) -> None:
        super().__init__(fault)
        self.fault = fault
        self.cause = cause


@record(eq=True)
class Answer:
    """Status, body, and the headers of the first response, before any redirect; their names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """``seconds`` for the whole exchange, ``idle`` seconds without a byte, ``size`` in bytes of the body."""

    seconds: float
    idle: float
    size: int


def exchange(
    method: str,
    url: str,
    headers: Mapping[str, str],
    limits: Limits,
    *,
    json: Any = None,
    redirects: bool = False,
    slow: tuple[float, Callable[[], None]] | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> Answer:
    """Send a request and return the whole response; of one with an error status only its beginning. Raises TransportError.

    ``slow`` is seconds, and what is called if it takes longer. ``meanwhile`` is called while the response is awaited.
    """
    return _within(limits.seconds, lambda: _exchange(method, url, headers, limits, json=json, redirects=redirects), slow, meanwhile)


def _exchange(method: str, url: str, headers: Mapping[str, str], limits: Limits, *, json: Any, redirects: bool) -> Answer:
    from huggingface_hub import get_session

    deadline = time.monotonic() + limits.seconds
    plain = {**headers, "Accept-Encoding": "identity"}  # a body that may be unpacked has no bound
    with (
        faults(),
        get_session().stream(method, url, headers=plain, json=json, follow_redirects=redirects, timeout=limits.idle) as response,
    ):
        refused = response.status_code >= 400
        body = bytearray()
        for piece in response.iter_raw():
            body += piece
            if time.monotonic() > deadline:
                raise TransportError("timeout")
            if refused and len(body) > MAX_REFUSAL:
                break
            if len(body) > limits.size and not refused:
                raise TransportError("too long")
        first = response.history[0].headers if response.history else response.headers
        return Answer(response.status_code, {name.lower(): value for name, value in first.items()}, bytes(body))


def _within(
    seconds: float,
    work: Callable[[], T],
    slow: tuple[float, Callable[[], None]] | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> T:
    """What ``work`` returns or raises. Raises TransportError if it takes longer.

    The library's timeouts begin anew with every byte, so headers that drip never end. Nothing can interrupt a thread that reads
    them: it is left alone, and ends with the process. One that is done waits for the next request.
    """
    try:
        helper = _idle.pop()
    except IndexError:
        helper = _Helper()
    done: SimpleQueue[tuple[Any, Exception | None]] = SimpleQueue()
    helper.work.put((work, done))
    if meanwhile:
        started = time.monotonic()
        meanwhile()
        seconds -= time.monotonic() - started
    try:
        value, error = _waited(done, seconds, slow)
    except Empty:
        raise TransportError("timeout") from None
    if error is not None:
        raise error
    return value  # type: ignore[no-any-return] # there is no error


def _waited(done: SimpleQueue[T], seconds: float, slow: tuple[float, Callable[[], None]] | None) -> T:
    """What comes within ``seconds``. Raises Empty."""
    if slow is not None and slow[0] < seconds:
        try:
            return done.get(timeout=slow[0])
        except Empty:
            slow[1]()
            seconds -= slow[0]
    return done.get(timeout=max(seconds, 0.001))


class _Helper:
    """A thread that sends requests, one after the other: starting one takes as long as a request on loopback."""

    def __init__(self) -> None:
        self.work: SimpleQueue[tuple[Callable[[], Any], SimpleQueue[tuple[Any, Exception | None]]]] = SimpleQueue()
        Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            work, done = self.work.get()
            answer: tuple[Any, Exception | None]
            try:
                answer = work(), None
            except Exception as error:  # noqa: BLE001 - it is raised again in the thread that asked
                answer = None, error
            _idle.append(self)  # before the answer: who asked may have the next request
            done.put(answer)
            del work, done, answer  # nothing of a request lives until the next one


_idle: list[_Helper] = []
"""Those without work. What a list does is atomic."""
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_idle.clear)  # a fork has none of the threads


@contextmanager
def faults() -> Iterator[None]:
    """Turn the library's errors into TransportError. All others pass through."""
    try:
        yield
    except TransportError:
        raise
    except Exception as error:  # the library's classes cannot be named here, since importing it is slow
        fault = _fault_of(error)
        if fault is None:
            raise
        raise TransportError(fault, error) from error


def _fault_of(error: Exception) -> Fault | None:
    """The kind of fault; None for an error of something other than the transport."""
    name = type(error).__name__
    if "Timeout" in name:
        return "timeout"
    if name in _NAMES:
        return _NAMES[name]
    library = type(error).__module__.partition(".")[0]
    return "no connection" if library in _LIBRARIES or isinstance(error, OSError) else None
