"""Hooks of a plug-in that cannot be called: of no such name, without their marker, with parameters that no hook has."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from modelcheck import hookspecs
from modelcheck.code_places import place_of
from modelcheck.errors import PluginError

HOOKS = tuple(name for name in vars(hookspecs) if name.startswith("modelcheck_"))
_NEVER_RUNS = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


def wrong_hooks(plugin: object, name: str, marked: Callable[[object, str], object]) -> Iterator[tuple[str, PluginError]]:
    """Yields the names of hooks that have to be left out, each with the reason; and no name for a plug-in without any hook.

    ``marked`` is pluggy's question whether an attribute of a plug-in is marked.
    """
    any_marked = False
    for attribute in dir(plugin):
        if not attribute.startswith("modelcheck_") and not marked(plugin, attribute):
            continue
        function = getattr(plugin, attribute)
        is_marked = bool(marked(plugin, attribute))
        any_marked |= is_marked
        problem = _problem(attribute, function, is_marked=is_marked)
        if problem:
            any_marked = True
            at = place_of(function) if callable(function) else None
            yield attribute, PluginError(problem[0], plugin=name, at=at, hint=problem[1])
    if not any_marked:
        hint = f"Write a function with @hookimpl: {', '.join(HOOKS)}"
        yield "", PluginError(f"{getattr(plugin, '__name__', plugin)} has no hook, so it adds nothing", plugin=name, hint=hint)


def _problem(name: str, function: Any, *, is_marked: bool) -> tuple[str, str] | None:
    """What is wrong with one hook, and what to do."""
    if not is_marked:
        known = callable(function) and name in HOOKS
        return (f"{name} is not called", "Write @hookimpl above it") if known else None
    if name not in HOOKS:
        from difflib import get_close_matches  # a hook need not import it

        near = get_close_matches(name, HOOKS, 1)
        return f"there is no hook {name}", f"Did you mean {near[0]}?" if near else f"The hooks are {', '.join(HOOKS)}"
    return _wrong_parameters(name, function) or _never_runs(name, function)


def _wrong_parameters(name: str, function: Any) -> tuple[str, str] | None:
    has = list(inspect.signature(getattr(hookspecs, name)).parameters)
    written = inspect.signature(function).parameters.values()
    given = [one.name for one in written if one.default is one.empty]
    odd = [one for one in given if one not in has]
    missing = [one for one in has if one not in given] if name == "modelcheck_register" else []
    if not odd and not missing:
        return None
    what = f"the parameter {odd[0]!r}" if odd else f"no parameter {missing[0]!r}"
    return f"{name} has {what}, so it is not called", f"Write def {name}({', '.join(has)})"


def _never_runs(name: str, function: Any) -> tuple[str, str] | None:
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None or not code.co_flags & _NEVER_RUNS:
        return None
    if code.co_flags & inspect.CO_GENERATOR:
        return f"{name} yields, and a hook returns: what is in it would never run", "Write return in place of yield"
    return f"{name} is an async function, which nothing awaits", "Write def without async"
