"""What is kept of the files of a folder, as JSON: uses, what is unresolved, why files were not read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import field, fields
from functools import cache
from typing import Any

from modelcheck.engine.cache.trace import Request
from modelcheck.engine.files import Scanned
from modelcheck.engine.found import checked
from modelcheck.engine.store import Trouble
from modelcheck.errors import Broken
from modelcheck.facts.model_use import ModelUse
from modelcheck.findings import Span, Unresolved
from modelcheck.records import mutable

FORMAT = 1
_SPANS = ("at", "used_at")


@mutable
class Entry:
    """One entry. ``suppressing`` are the paths of files with comments that ignore rules, which are read again."""

    trace: dict[Request, str]
    scanned: Scanned
    broken: list[Broken] = field(default_factory=list)
    suppressing: list[str] = field(default_factory=list)

    def write(self) -> bytes:
        """The entry as bytes, with a digest of them."""
        kept = {
            "format": FORMAT,
            "trace": [[*request, digest] for request, digest in self.trace.items()],
            "read": self.scanned.read,
            "left": self.scanned.left,
            "uses": [_values(use) for use in self.scanned.uses],
            "unresolved": [[_place(one.at), one.reason] for one in self.scanned.unresolved],
            "broken": [[_place(one.span), one.message] for one in self.broken],
            "suppressing": self.suppressing,
        }
        payload = json.dumps(kept, ensure_ascii=True, separators=(",", ":")).encode()
        return hashlib.sha256(payload).hexdigest().encode() + b"\n" + payload

    def add_trouble(self, trouble: Trouble) -> None:
        """Note the files that could not be parsed, as reading them does."""
        for one in self.broken:
            trouble.broken.setdefault((one.span.path, one.message), one)


def read_entry(content: bytes) -> Entry | None:
    """The entry in bytes; None for what is damaged, of another format, or nothing that a reader may return."""
    digest, _, payload = content.partition(b"\n")
    if digest != hashlib.sha256(payload).hexdigest().encode():
        return None
    try:
        kept = json.loads(payload)
        return _entry(kept) if kept["format"] == FORMAT else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _entry(kept: Mapping[str, Any]) -> Entry:
    uses = [ModelUse(**dict(zip(_names(), map(_value, _names(), values), strict=True))) for values in kept["uses"]]
    for use in uses:
        checked(use)
    scanned = Scanned(
        uses, [Unresolved(_span(at), str(reason)) for at, reason in kept["unresolved"]], int(kept["read"]), dict(kept["left"])
    )
    trace = {(str(kind), str(path), int(first), int(second)): str(digest) for kind, path, first, second, digest in kept["trace"]}
    broken = [Broken(_span(at), str(message)) for at, message in kept["broken"]]
    return Entry(trace, scanned, broken, [str(path) for path in kept["suppressing"]])


@cache
def _names() -> tuple[str, ...]:
    return tuple(one.name for one in fields(ModelUse))


def _values(use: ModelUse) -> list[Any]:
    return [_place(value) if isinstance(value, Span) else value for value in (getattr(use, name) for name in _names())]


def _value(name: str, value: Any) -> Any:
    if name in _SPANS:
        return None if value is None else _span(value)
    return tuple(value) if isinstance(value, list) else value


def _place(at: Span) -> list[Any]:
    return list(_parts(at))


def _parts(at: Span) -> Iterator[Any]:
    yield from (at.path, at.line, at.column, at.end_line, at.end_column)


def _span(parts: list[Any]) -> Span:
    path, *numbers = parts
    if not isinstance(path, str) or len(numbers) != 4 or not all(one is None or type(one) is int for one in numbers):
        raise TypeError("not a place")
    return Span(path, *numbers)
