"""Facts as plug-ins get them: read-only all the way down, since every rule gets the same ones.

A fact is changed in place, once, before a third party's function gets it for the first time: its mappings and lists become those
below, which are dicts and lists to whoever reads them, and records refuse to be assigned to.
"""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import Any, NoReturn

_PLAIN = frozenset((str, int, float, bool, bytes, type(None)))
_sealed: dict[type, type] = {}


class ReadOnly(TypeError):  # noqa: N818 - it is told as a TypeError
    """A plug-in changed what it shares with others."""


def _refuse(self: Any, *_: object, **__: object) -> NoReturn:
    kind = type(self).__name__.removeprefix("ReadOnly").lower()
    raise ReadOnly(f"a fact is read-only, since other rules get the same one: change a copy, {kind}(…) or copy.deepcopy(…)")


class ReadOnlyDict(dict[Any, Any]):
    """A dict that cannot be changed. Its copies can."""

    __slots__ = ()
    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)


class ReadOnlyList(list[Any]):
    """A list that cannot be changed. Its copies can."""

    __slots__ = ()
    __setitem__ = __delitem__ = __iadd__ = __imul__ = append = extend = insert = _refuse
    pop = remove = clear = sort = reverse = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (list(self),)


class ReadOnlySet(set[Any]):
    """A set that cannot be changed. Its copies can."""

    __slots__ = ()
    __iand__ = __ior__ = __isub__ = __ixor__ = add = clear = discard = pop = remove = update = _refuse
    difference_update = intersection_update = symmetric_difference_update = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return set, (set(self),)


def read_only(value: Any, done: set[int] | None = None) -> Any:
    """The value, or a read-only one in its place. Records, and frozen dataclasses, are changed in place and stay the same objects.

    ``done`` are the ids of those that are. What is neither of these, nor a dict, list, set or tuple, is left as it is; so is what
    is nested too deeply.
    """
    try:
        return _read_only(value, set() if done is None else done)
    except RecursionError:
        return value


def _read_only(value: Any, done: set[int]) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is dict:
        return ReadOnlyDict((key, _read_only(one, done)) for key, one in value.items())
    if kind is list:
        return ReadOnlyList(_read_only(one, done) for one in value)
    if kind is set:
        return ReadOnlySet(value)
    if kind is tuple:
        made = [_read_only(one, done) for one in value]
        return value if all(one is other for one, other in zip(made, value, strict=True)) else tuple(made)
    if id(value) not in done and (hasattr(kind, "__record__") or _is_frozen(kind)):
        done.add(id(value))
        _read_only_fields(value, kind, done)
    return value


def _read_only_fields(value: Any, kind: type, done: set[int]) -> None:
    for name in _fields(kind):
        found = getattr(value, name, None)
        fixed = _read_only(found, done)
        if fixed is not found:
            object.__setattr__(value, name, fixed)
    if getattr(kind, "__record__", None) is kind:
        object.__setattr__(value, "__class__", _sealed.get(kind) or _seal(kind))


def _fields(kind: type) -> list[str]:
    slots = [name for cls in kind.__mro__ for name in vars(cls).get("__slots__", ())]
    return slots if hasattr(kind, "__record__") else list(getattr(kind, "__dataclass_fields__", ()))


def _is_frozen(kind: type) -> bool:
    return is_dataclass(kind) and bool(getattr(kind, "__dataclass_params__").frozen)  # noqa: B009 - the type checker has none


def _empty(kind: type) -> Any:
    return object.__new__(kind)


def _seal(kind: type) -> type:
    """The class of shared records of ``kind``, which cannot be assigned to. What is made of it, or copied, is a ``kind``."""

    def new(_: type, *given: Any, **named: Any) -> Any:
        return kind(*given, **named)

    def refuse(_: Any, name: str, __: object = None) -> NoReturn:
        raise ReadOnly(f"{kind.__name__}.{name} is read-only, since other rules get the same fact: use dataclasses.replace(…)")

    def reduce(self: Any, protocol: Any) -> tuple[Any, ...]:
        return _empty, (kind,), object.__reduce_ex__(self, max(2, protocol))[2]

    body = {"__slots__": (), "__new__": new, "__setattr__": refuse, "__delattr__": refuse, "__reduce_ex__": reduce}
    more = {"__module__": kind.__module__, "__qualname__": kind.__qualname__}
    return _sealed.setdefault(kind, type(kind)(kind.__name__, (kind,), body | more))
