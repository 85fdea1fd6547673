"""Why a request failed, by the errors of the HTTP library that huggingface_hub depends on, whichever that is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

Fault = Literal["timeout", "broke off", "no address", "no connection"]
_LIBRARIES = ("httpx", "httpx2", "httpcore", "httpcore2")
_NAMES: dict[str, Fault] = {
    "RemoteProtocolError": "broke off", "ReadError": "broke off", "DecodingError": "broke off",
    "UnsupportedProtocol": "no address", "InvalidURL": "no address", "LocalProtocolError": "no address",
}  # fmt: skip


class TransportError(Exception):
    """A request that got no whole answer. ``cause`` is the library's own error."""

    def __init__(self, fault: Fault, cause: Exception) -> None:
        super().__init__(fault)
        self.fault = fault
        self.cause = cause


@contextmanager
def transport() -> Iterator[None]:
    """Turn the library's errors into TransportError. All others pass through."""
    try:
        yield
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
