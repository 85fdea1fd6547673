"""Immutable data classes whose definition is cheap: a hook defines eighty of them before it reads a file.

``dataclasses`` writes and compiles six methods for each frozen class; that took a sixth of a hook's start. Here it writes
``__init__`` alone, the other methods are shared. That nothing is assigned later is the type checker's to see.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

Class = TypeVar("Class", bound=type)


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
def record(*, eq: bool = False, kw_only: bool = False) -> Callable[[Class], Class]:
    """As ``dataclass(frozen=True, slots=True)``; compared and hashed by its values only if ``eq``, by identity otherwise."""

    def make(cls: Class) -> Class:
        made: Any = dataclass(slots=True, eq=False, repr=False, kw_only=kw_only)(cls)
        if "__repr__" not in vars(made):
            made.__repr__ = _shown
        if eq:
            made.__eq__, made.__hash__ = _by_values(attrgetter(*made.__dataclass_fields__))
        return made  # type: ignore[no-any-return]

    return make


def _shown(self: Any) -> str:
    values = (f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
    return f"{type(self).__qualname__}({', '.join(values)})"


def _by_values(values: Callable[[Any], Any]) -> tuple[Callable[[Any, object], Any], Callable[[Any], int]]:
    def equal(self: Any, other: object) -> Any:
        return values(self) == values(other) if type(other) is type(self) else NotImplemented

    def hashed(self: Any) -> int:
        return hash(values(self))

    return equal, hashed
