"""Sources of plug-ins: what their methods return is checked where they return it, so that a wrong type is blamed on its author."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import wraps
from typing import Any

from modelcheck.code_places import WrongResult, place_of
from modelcheck.sources import Source

_RETURNS: dict[str, tuple[type, str]] = {
    "files": (Mapping, "a mapping of path to size"),
    "read": (bytes, "bytes"),
    "read_range": (bytes, "bytes"),
    "shown": (str, "str"),
}
_CHECKED = "_checked_by_modelcheck"


def checked_source(source: Source) -> Source:
    """The same source, whose methods raise WrongResult for what the protocol does not allow; and for a name that is no text.

    One whose class does not allow that is returned as it is.
    """
    cls = type(source)
    if getattr(cls, _CHECKED, False):  # the plug-in keeps its sources
        return source
    described: dict[str, object] = {"kind": source.kind, "name": source.name}
    for field, value in described.items():
        if not isinstance(value, str):
            raise WrongResult(f"{field} is {type(value).__name__} where str is expected", place_of(cls))
    own: dict[str, Any] = {name: _checked(cls, name) for name in _RETURNS if hasattr(cls, name)}
    body = {**own, _CHECKED: True, "__slots__": (), "__module__": cls.__module__}
    with suppress(TypeError):  # of another layout, or not to be derived from
        object.__setattr__(source, "__class__", type(cls.__name__, (cls,), body))
    return source


def _checked(cls: type, name: str) -> Callable[..., Any]:
    method = getattr(cls, name)
    wanted, words = _RETURNS[name]

    @wraps(method)
    def call(self: Any, *given: Any) -> Any:
        found = method(self, *given)
        problem = _problem(found, wanted, words)
        if problem:
            raise WrongResult(f"{name}({', '.join(map(repr, given[:1]))}) {problem}", place_of(method), by=cls.__module__)
        return found

    return call


def _problem(found: object, wanted: type, words: str) -> str | None:
    if not isinstance(found, wanted):
        return f"returned {type(found).__name__} where {words} is expected"
    for path, size in found.items() if isinstance(found, Mapping) else ():
        if not isinstance(path, str):
            return f"returned the path {path!r}, which is {type(path).__name__} where str is expected"
        if size is not None and (not isinstance(size, int) or size < 0):
            return f"returned the size {size!r} for {path}, where a number of bytes or None is expected"
    return None
