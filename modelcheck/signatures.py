"""Reads a function's signature: positional parameters are the facts it needs, keyword-only ones its options."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable
from functools import cache
from typing import Any, Union, get_args, get_origin

from modelcheck.errors import PluginError
from modelcheck.records import record

OPTION_TYPES: tuple[Any, ...] = (bool, int, float, str, tuple[str, ...])


@record()
class Need:
    """A fact that a function needs. ``optional`` (written ``X | None``): the function is also called without it."""

    parameter: str
    kind: type
    optional: bool


@record()
class Option:
    """A setting of a rule: one of ``bool int float str tuple[str, ...]``, with its default."""

    name: str
    kind: Any
    default: Any

    def accepts(self, value: object) -> bool:
        """Whether a value from a configuration file is of this option's type (a list of strings for ``tuple[str, ...]``)."""
        if self.kind == tuple[str, ...]:
            return isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)
        if self.kind is float:
            return isinstance(value, int | float) and not isinstance(value, bool)
        return type(value) is self.kind

    @property
    def type_name(self) -> str:
        """The type in words."""
        return (
            "list of strings"
            if self.kind == tuple[str, ...]
            else {bool: "true or false", int: "integer", float: "number", str: "string"}[self.kind]
        )


@record()
class Signature:
    """The facts and options of a function, and its return annotation (None if missing)."""

    needs: tuple[Need, ...]
    options: tuple[Option, ...]
    returns: Any


@cache
def read_signature(function: Callable[..., Any], *, only: tuple[type, ...] | None = None) -> Signature:
    """Read and check a function's signature. ``only`` are the classes that it may ask for, if not any fact.

    Raises PluginError that names the parameter.
    """
    plain = _plain(function)
    if plain and (only is None or all(need.kind in only for need in plain.needs)):
        return plain
    try:
        signature = inspect.signature(function)
        kinds = _annotations(function)
    except NameError as error:
        raise PluginError(f"cannot read an annotation: {error}", unknown=error.name or "") from None
    except (TypeError, SyntaxError, AttributeError) as error:
        raise PluginError(f"cannot read an annotation: {error}") from None
    needs: list[Need] = []
    options: list[Option] = []
    for parameter in signature.parameters.values():
        kind = kinds.get(parameter.name, inspect.Parameter.empty)
        if parameter.kind is parameter.KEYWORD_ONLY:
            options.append(_option(parameter, kind))
        elif parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.POSITIONAL_ONLY):
            raise PluginError(f"*{parameter.name} is not allowed: a parameter is a fact, or a keyword-only option")
        elif only is None and (parameter.default is not parameter.empty or kind in OPTION_TYPES):
            raise PluginError(f"{parameter.name!r} is an option, and options stand after a *", hint=_moved(parameter, kind))
        else:
            needs.append(_need(parameter.name, kind))
    wrong = next((need for need in needs if need.kind not in only), None) if only is not None else None
    if wrong:
        known = ", ".join(one.__name__ for one in only or ())
        raise PluginError(f"it asks for {wrong.kind.__name__}, which no reader can get", hint=f"Readers can get {known}")
    return Signature(tuple(needs), tuple(options), kinds.get("return"))


def _plain(function: Callable[..., Any]) -> Signature | None:
    """The signature of a function that only asks for facts, each annotated with the name of its class; None for any other.

    Most are such, and ``inspect`` takes a hundred times as long.
    """
    if type(function) is not types.FunctionType or hasattr(function, "__wrapped__") or hasattr(function, "__signature__"):
        return None
    code, annotations, names = function.__code__, function.__annotations__, function.__globals__
    if code.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS) or code.co_kwonlyargcount or function.__defaults__:
        return None
    needs = []
    for parameter in code.co_varnames[: code.co_argcount]:
        written = annotations.get(parameter)
        if not isinstance(written, str):
            return None
        kind = names.get(written.removesuffix(" | None"))
        if type(kind) is types.GenericAlias or not isinstance(kind, type) or kind in OPTION_TYPES:
            return None
        needs.append(Need(parameter, kind, written.endswith(" | None")))
    returned = annotations.get("return")
    if returned is not None and (not isinstance(returned, str) or returned not in names):
        return None
    return Signature(tuple(needs), (), names[returned] if returned is not None else None)


def _moved(parameter: inspect.Parameter, kind: Any) -> str:
    default = "…" if parameter.default is parameter.empty else repr(parameter.default)
    return f"Write (…, *, {parameter.name}: {_written(kind)} = {default})"


def annotated(function: Callable[..., Any], parameter: str) -> Any:
    """What one annotation of a function names, if that is one name; else the annotation as it is written. Evaluates nothing."""
    written = getattr(function, "__annotations__", {}).get(parameter)
    return getattr(inspect.unwrap(function), "__globals__", {}).get(written, written) if isinstance(written, str) else written


def _annotations(function: Callable[..., Any]) -> dict[str, Any]:
    """What a function's annotations name. Most are one name of its module, which is looked up and not evaluated."""
    names = getattr(inspect.unwrap(function), "__globals__", {})

    def named(written: Any) -> Any:
        if not isinstance(written, str):
            return written
        return names[written] if written in names else eval(written, names)  # noqa: S307 - as inspect does; a plug-in's own code

    return {name: named(written) for name, written in inspect.get_annotations(function).items()}


def _need(parameter: str, kind: Any) -> Need:
    if kind is inspect.Parameter.empty:
        raise PluginError(
            f"the parameter {parameter!r} needs a type annotation that names a fact", hint="For example card: ModelCard"
        )
    optional = False
    if get_origin(kind) in (Union, types.UnionType):
        members = [member for member in get_args(kind) if member is not type(None)]
        optional = len(members) < len(get_args(kind))
        if len(members) != 1 or not optional:
            raise PluginError(f"the parameter {parameter!r} must be one fact, or one fact or None; not {kind}")
        kind = members[0]
    if not isinstance(kind, type):
        raise PluginError(f"the parameter {parameter!r} is annotated with {kind!r}, which is not a class")
    return Need(parameter, kind, optional)


def _option(parameter: inspect.Parameter, kind: Any) -> Option:
    if kind not in OPTION_TYPES:
        raise PluginError(f"the option {parameter.name!r} must be bool, int, float, str or tuple[str, ...]")
    if parameter.default is parameter.empty:
        raise PluginError(f"the option {parameter.name!r} needs a default")
    option = Option(parameter.name, kind, parameter.default)
    fits = option.accepts(option.default)
    if isinstance(option.default, list) or not fits:
        message = f"the default of the option {option.name!r} is {option.default!r}, which is no {_written(kind)}"
        raise PluginError(message, hint=f"Write {option.name}: {_written(kind)} = {tuple(option.default) if fits else '…'}")
    return option


def _written(kind: Any) -> str:
    return kind.__name__ if kind in (bool, int, float, str) else "tuple[str, ...]"
