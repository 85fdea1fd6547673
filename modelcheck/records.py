"""Data classes that cost little to define: a hook defines ninety of them, and makes a few values of a half.

``dataclasses`` writes and compiles methods for each class, which took a fifth of a hook's start. Here a class gets its slots at
once, and what ``dataclasses`` makes of it (``__init__``, the fields) when it has been used some times, or is asked for its fields.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from dataclasses import field, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform

Class = TypeVar("Class", bound=type)
_FEW = 50
"""Values of a class that are made before its ``__init__`` is compiled: that takes as long as making some hundred values."""
_completing = threading.RLock()
"""Of all classes: one completes those that it is derived from."""
_LATER = ("__dataclass_fields__", "__dataclass_params__", "__match_args__")


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
def record(*, eq: bool = False, kw_only: bool = False) -> Callable[[Class], Class]:
    """As ``dataclass(frozen=True, slots=True)``; compared and hashed by its values only if ``eq``, by identity otherwise.

    That nothing is assigned later is the type checker's to see.
    """

    def make(cls: Class) -> Class:
        made = _made(cls, kw_only=kw_only)
        made.__record__ = made
        if eq:
            made.__eq__, made.__hash__ = _by_values(made)
        return made  # type: ignore[no-any-return]

    return make


@dataclass_transform(eq_default=False, field_specifiers=(field,))
def mutable(cls: Class) -> Class:
    """As ``dataclass(slots=True, eq=False)``."""
    return _made(cls, kw_only=False)  # type: ignore[no-any-return]


def _made(cls: type, *, kw_only: bool) -> Any:
    """The class with slots, which completes itself when it is called or asked for its fields."""
    own = [name for name, kind in vars(cls).get("__annotations__", {}).items() if not str(kind).startswith("ClassVar")]
    body = {name: value for name, value in vars(cls).items() if name not in (*own, "__dict__", "__weakref__")}
    body.setdefault("__repr__", _shown)
    made: Any = type(cls)(cls.__name__, cls.__bases__, body | {"__slots__": tuple(own)})
    made.__qualname__ = cls.__qualname__

    def complete() -> None:
        """Take what ``dataclasses`` makes of the same class, which is changed by that: once, whichever thread comes first."""
        with _completing:
            if made.__init__ is first:
                whole: Any = dataclasses.dataclass(eq=False, repr=False, kw_only=kw_only)(cls)
                for name in (*_LATER, "__init__"):
                    setattr(made, name, vars(whole)[name])

    defaults = {name: vars(cls)[name] for name in own if name in vars(cls)}
    expected = set(own)
    simple = cls.__bases__ == (object,) and "__init__" not in body and all(getattr(one, "init", True) for one in defaults.values())
    left = _FEW if simple else 0

    def first(self: Any, *values: Any, **named: Any) -> None:
        """Make one of the first values; what is not plain, errors among it, is left to the compiled ``__init__``."""
        nonlocal left
        left -= 1
        given = defaults | dict(zip(own, values, strict=False)) | named
        plain = (
            given.keys() == expected
            and len(values) <= len(own)
            and not (kw_only and values)
            and named.keys().isdisjoint(own[: len(values)])
        )
        if left < 0 or not plain:
            complete()
            made.__init__(self, *values, **named)
            return
        for name in own:
            value = given[name]
            setattr(self, name, _default(value) if value is defaults.get(name) else value)
        if "__post_init__" in body:
            self.__post_init__()

    made.__init__ = first
    made.__plain_fields__ = tuple(own) if simple else None
    for name in _LATER:
        setattr(made, name, _Later(name, complete))
    return made


if TYPE_CHECKING:
    from dataclasses import replace as replace  # noqa: PLC0414 - others import it from here
else:

    def replace(value: Any, /, **changes: Any) -> Any:
        """As ``dataclasses.replace``, which would complete the class first."""
        names = vars(type(value)).get("__plain_fields__")
        if names is None:
            return dataclasses.replace(value, **changes)
        return type(value)(**{name: getattr(value, name) for name in names} | changes)


def _default(value: Any) -> Any:
    """The value that a field has where none is given."""
    if not isinstance(value, dataclasses.Field):
        return value
    return value.default if value.default_factory is dataclasses.MISSING else value.default_factory()


class _Later:
    """An attribute of a class that is not complete yet."""

    def __init__(self, name: str, complete: Callable[[], None]) -> None:
        self._name = name
        self._complete = complete

    def __get__(self, _: object, owner: type) -> Any:
        self._complete()
        return getattr(owner, self._name)


def _shown(self: Any) -> str:
    values = (f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
    return f"{type(self).__qualname__}({', '.join(values)})"


def _by_values(made: type) -> tuple[Callable[[Any, object], Any], Callable[[Any], int]]:
    values = attrgetter(*(name for cls in reversed(made.__mro__) for name in vars(cls).get("__slots__", ())))

    def equal(self: Any, other: object) -> Any:
        same = type(other) is type(self) or getattr(other, "__record__", None) is self.__record__  # one may be read-only
        return values(self) == values(other) if same else NotImplemented

    def hashed(self: Any) -> int:
        return hash(values(self))

    return equal, hashed
