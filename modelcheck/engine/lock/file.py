"""The format of ``modelcheck.lock``: reading, writing, and what differs between two locks.

TOML, sorted, one table per checkpoint, made to be committed and reviewed. The key is the Hub id, with ``@revision`` where a file
names one.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

from modelcheck.errors import Broken, Misuse
from modelcheck.facts.interface import Interface
from modelcheck.findings import Axis, Evidence, Span, SubLabel, Weighed
from modelcheck.records import record
from modelcheck.verdict import CERTAIN, Label, Verdict, nats_of

FILE = "modelcheck.lock"
VERSION = 1
_SIGNAL = "modelcheck/lock"
_ROUNDED = 0.15
"""Nats: the lock rounds probabilities."""
_HEAD = "# Made by `modelcheck lock`. Commit it: hooks and `scan --locked` judge by it without a network.\n"


@record(eq=True)
class Locked:
    """One checkpoint. ``commit`` is None if only its name was judged.

    ``because`` is the strongest evidence and ``nats`` its weights, in the same order; locks written by older versions have none.
    """

    commit: str | None
    label: Label
    p_instruct: float | None
    sub_labels: tuple[SubLabel, ...] = ()
    because: tuple[str, ...] = ()
    nats: tuple[float, ...] = ()
    sibling: str | None = None
    sibling_verified: bool = False
    interface: Interface | None = None

    @property
    def verdict(self) -> Verdict:
        """The locked verdict. Its evidence is what is recorded, and one piece for all that is not, so that they add up."""
        axis = Axis.TASK if self.label == "not-applicable" else Axis.STAGE
        weights = self.nats if len(self.nats) == len(self.because) else (0.0,) * len(self.because)
        said = [*zip(self.because, weights, strict=True), *self._rest(sum(weights))]
        evidence = (Evidence(weight, because, Span(FILE), axis) for because, weight in said)
        return Verdict(self.label, self.p_instruct, tuple(Weighed(_SIGNAL, "lock", one) for one in evidence), (), self.sub_labels)

    def _rest(self, recorded: float) -> Iterator[tuple[str, float]]:
        """What the probability says of evidence that is not recorded."""
        if self.p_instruct is None:
            return
        total = nats_of(self.p_instruct)
        limited = abs(total) > CERTAIN - _ROUNDED and recorded * total >= total * total
        if not limited and abs(total - recorded) > _ROUNDED:
            yield "evidence that the lock does not list", total - recorded


def write_lock(entries: Mapping[str, Locked], *, tool: str, date: str) -> str:
    """Return the lock's text, which is the same for the same entries."""
    lines = [_HEAD, f"version = {VERSION}", f"tool = {_toml(tool)}", f"date = {_toml(date)}"]
    for name in sorted(entries):
        lines += ["", f"[checkpoint.{_toml(name)}]"]
        lines += [f"{field} = {_toml(value)}" for field, value in _filled(entries[name])]
    return "\n".join(lines) + "\n"


def _filled(entry: Locked | Interface) -> Iterator[tuple[str, object]]:
    """The fields that are not empty, by their names in the file."""
    for one in fields(entry):
        value = getattr(entry, one.name)
        if value not in (None, (), False):
            yield one.name.replace("_", "-"), value


def _toml(value: object) -> str:
    """A string, number, truth value or list as TOML; JSON's own form is valid TOML except for a few control characters."""
    if isinstance(value, tuple):
        return f"[{', '.join(f'{one:.2f}' if isinstance(one, float) else _toml(one) for one in value)}]"
    if isinstance(value, Interface):
        return f"{{ {', '.join(f'{field} = {_toml(inner)}' for field, inner in _filled(value))} }}"
    if isinstance(value, float):
        return f"{value:.4f}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def read_lock(path: Path) -> dict[str, Locked]:
    """Return the entries of a lock file. Raises Misuse, with the line where it is known, for an invalid one."""
    try:
        return parse_lock(path.read_text("utf-8"), path)
    except Broken as broken:
        raise Misuse(f"{broken.span} {broken.message}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise Misuse(f"{path} cannot be read: {error}") from None


def parse_lock(text: str, path: Path) -> dict[str, Locked]:
    """Return the entries of a lock's text. Raises Broken."""
    try:
        data = tomllib.loads(text)
    except RecursionError:
        raise Broken(Span(str(path)), "is nested too deeply; delete it and run `modelcheck lock`") from None
    except ValueError as error:
        line = re.search(r"at line (\d+)", str(error))
        last = text.count("\n") + 1
        raise Broken(
            Span(str(path), int(line[1]) if line else last),
            f"is not valid TOML: {error}; correct it, or delete it and run `modelcheck lock`",
        ) from None
    if data.get("version") != VERSION:
        raise Broken(
            Span(str(path), 1),
            f"is of version {data.get('version')!r}, and this modelcheck reads {VERSION}: delete it and run `modelcheck lock`",
        )
    entries = data.get("checkpoint", {})
    if not isinstance(entries, dict):
        raise Broken(Span(str(path)), "must hold a table for each checkpoint under 'checkpoint': run `modelcheck lock`")
    return dict(_entries(path, entries))


def _entries(path: Path, entries: Mapping[str, Any]) -> Iterator[tuple[str, Locked]]:
    for name, entry in entries.items():
        label, p = (entry.get("label"), entry.get("p-instruct")) if isinstance(entry, dict) else (None, None)
        known = label in get_args(Label) and isinstance(p, int | float | None) and (p is None or 0 <= p <= 1)
        if not known:
            raise Broken(Span(str(path)), f"has no valid label and p-instruct for {name}: run `modelcheck lock`")

        def texts(field: str, entry: Mapping[str, Any] = entry) -> tuple[str, ...]:
            found = entry.get(field, [])
            return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()

        def text(field: str, entry: Mapping[str, Any] = entry) -> str | None:
            found = entry.get(field)
            return found if isinstance(found, str) else None

        sub_labels = tuple(one for one in texts("sub-labels") if one in get_args(SubLabel))
        nats = entry.get("nats")
        weights = tuple(map(float, nats)) if isinstance(nats, list) and all(type(one) in (int, float) for one in nats) else ()
        if not all(map(math.isfinite, weights)):
            weights = ()
        yield name, Locked(
            text("commit"), cast("Label", label), None if p is None else float(p), cast("tuple[SubLabel, ...]", sub_labels),
            texts("because"), weights, text("sibling"), entry.get("sibling-verified") is True, _interface(entry.get("interface")),
        )  # fmt: skip


def _interface(given: object) -> Interface | None:
    """A locked interface, without values of a wrong type."""
    if not isinstance(given, dict):
        return None
    found: dict[str, Any] = {}
    for name, kind in get_type_hints(Interface).items():
        value = tuple(given[name]) if isinstance(given.get(name), list) else given.get(name)
        if _fits(value, kind):
            found[name] = value
    return Interface(**found)


def _fits(value: object, kind: Any) -> bool:
    """Whether a value is of the type of a field: a class, a Literal, one or None, or a tuple of any length."""
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    if get_origin(kind) is tuple:
        return isinstance(value, tuple) and all(_fits(one, get_args(kind)[0]) for one in value)
    return type(value) is kind or any(_fits(value, one) for one in get_args(kind))


def differences(before: Mapping[str, Locked], after: Mapping[str, Locked]) -> Iterator[str]:
    """Yield a line for each new or unused checkpoint and for each field that changed."""
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            yield f"{name}: {'added' if old is None else 'removed, no longer used'}"
            continue
        for one in ("commit", "label", "sub_labels", "sibling"):
            was, is_ = getattr(old, one), getattr(new, one)
            if was != is_:
                yield f"{name}: {one.replace('_', '-')} {was or 'none'} → {is_ or 'none'}"
