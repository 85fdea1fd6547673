"""What a request failed for, by the errors of whichever HTTP library huggingface_hub brings."""

from __future__ import annotations

from typing import Literal

Fault = Literal["timeout", "broke off", "no address", "no connection"]
_LIBRARIES = ("httpx", "httpx2", "httpcore", "httpcore2")
_NAMES: dict[str, Fault] = {
    "RemoteProtocolError": "broke off", "ReadError": "broke off", "DecodingError": "broke off",
    "UnsupportedProtocol": "no address", "InvalidURL": "no address", "LocalProtocolError": "no address",
}  # fmt: skip


def fault_of(error: Exception) -> Fault | None:
    """The kind of fault; None for what is no fault of the way there."""
    name = type(error).__name__
    if "Timeout" in name:
        return "timeout"
    if name in _NAMES:
        return _NAMES[name]
    library = type(error).__module__.partition(".")[0]
    return "no connection" if library in _LIBRARIES or isinstance(error, OSError) else None
