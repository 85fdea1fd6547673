"""Functions that a decorator marks and that cannot work, however right its arguments are: told when a plug-in is loaded."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

from modelcheck.code_places import place_of
from modelcheck.declarations import DECLARED, Declared, Fact, Rule
from modelcheck.errors import PluginError
from modelcheck.signatures import Signature

_ASYNC = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR | inspect.CO_ITERABLE_COROUTINE
Problem = tuple[str, str]
"""What is wrong, and what to do about it."""


def check_kind(kind: type[Declared], function: Any) -> None:
    """Raises PluginError for what is not a function that returns what it makes when it is called, once for each call."""
    _refuse(_wrong_kind(kind.__name__.lower(), function))


def check_contract(kind: type[Declared], signature: Signature) -> None:
    """Raises PluginError for options of what has none, and for a class that cannot be a fact."""
    if signature.options and kind is not Rule:
        name = signature.options[0].name
        _refuse((f"{name!r} is an option, which only rules have", "Write the value into the function, or take it from a fact"))
    if kind is Fact:
        _refuse(_wrong_fact(signature.returns))


def misplaced(module: ModuleType) -> Iterator[tuple[Any, str, Problem]]:
    """What a module holds and no scan of it registers: the object, its name, and what is wrong with it."""
    for name, value in vars(module).items():
        if isinstance(value, type):
            if value.__module__ == module.__name__:
                yield from _in_class(value)
        elif not isinstance(value, FunctionType | ModuleType) and DECLARED in getattr(value, "__dict__", ()):
            kind = vars(value)[DECLARED][0].__name__.lower()
            problem = _wrong_kind(kind, value)
            if problem:
                yield value, name, problem


def clash(own: Declared, other: Declared, message: str) -> PluginError:
    """What to tell the plug-in that brings ``own``, which ``other`` brings, too. ``message`` names both plug-ins and the thing."""
    what = f"the fact {own.kind.__name__}" if isinstance(own, Fact) else own.name
    text = f"{own.function.__qualname__}: {message.format(own.plugin, other.plugin, what)}"
    return PluginError(text, plugin=own.plugin, at=place_of(own.function))


def _in_class(cls: type) -> Iterator[tuple[Any, str, Problem]]:
    for name, value in vars(cls).items():
        function = getattr(value, "__func__", value)  # of a static or a class method
        if isinstance(function, FunctionType) and hasattr(function, DECLARED):
            problem = "it is a method, and only functions of a module are found", _as_function(name)
            yield function, f"{cls.__name__}.{name}", problem


def _wrong_kind(kind: str, function: Any) -> Problem | None:
    plain = inspect.unwrap(function) if callable(function) else function
    if not isinstance(plain, FunctionType):
        what = "a class" if isinstance(plain, type) else f"a {type(plain).__name__}"
        return f"it is {what}, and a {kind} is a function", _as_function(getattr(plain, "__name__", "name"))
    if plain.__code__.co_flags & _ASYNC:
        return f"it is an async function, which nothing awaits: a {kind} is called as it is", "Write def without async"
    if hasattr(function, "cache_info") and plain.__code__.co_flags & inspect.CO_GENERATOR:
        return "it is a generator in a cache: it yields in the first call only", "Remove the cache; facts are computed once anyway"
    return None


def _wrong_fact(returns: Any) -> Problem | None:
    if not isinstance(returns, type):
        message = "the provider of a fact must name the fact's class in its return annotation"
        return message, "" if returns is None else "For example -> CardTitle; raise Absent(reason) where there is none"
    if returns.__module__ == "builtins":
        message = f"{returns.__name__} cannot be a fact: a fact is found by its class, so it has one of its own"
        return message, f"Write a @dataclass(frozen=True) with a field of type {returns.__name__}"
    parameters = inspect.getattr_static(returns, "__dataclass_params__", None)
    ours = returns.__module__.startswith("modelcheck.")  # records, which are not frozen to their last
    if getattr(parameters, "frozen", None) is False and not ours:
        return f"the fact {returns.__name__} can be changed, and many rules share one", "Write @dataclass(frozen=True)"
    return None


def _as_function(name: str) -> str:
    return f"Write def {name}(…) in the module itself"


def _refuse(problem: Problem | None) -> None:
    if problem:
        raise PluginError(problem[0], hint=problem[1])
