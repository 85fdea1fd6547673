"""What plug-ins declare: rules, signals, facts and readers.

A decorator returns its function unchanged and only attaches its arguments: a rule stays callable with facts made by hand, and a
mistake in the arguments is reported when the function is registered, with its place.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import field
from typing import Any, Literal, TypeVar

from modelcheck.errors import PluginError
from modelcheck.findings import Cost, Severity
from modelcheck.pages import Page, read_page
from modelcheck.records import record
from modelcheck.signatures import Need, Option, Signature

Function = TypeVar("Function", bound=Callable[..., Any])
DECLARED = "__modelcheck__"


@record()
class Unimported:
    """A function whose module is imported when it is called for the first time. ``signature`` is what a list says of it."""

    module: str
    name: str
    signature: Signature
    _found: list[Callable[..., Any]] = field(default_factory=list)
    """The function, once it is known: it is asked for several times for each checkpoint."""

    def function(self) -> Callable[..., Any]:
        """The function. Raises PluginError if it does not have the listed parameters."""
        if not self._found:
            self._found.append(self._imported())
        return self._found[0]

    def _imported(self) -> Callable[..., Any]:
        found: Callable[..., Any] = getattr(importlib.import_module(self.module), self.name)
        expected = (*(need.parameter for need in self.signature.needs), *(option.name for option in self.signature.options))
        if found.__code__.co_varnames[: len(expected)] != expected:
            raise PluginError(f"{self.name}: its signature is not the listed one", hint="Run python tests/tools/generate_docs.py")
        return found


@record()
class Declared:
    """A function that takes facts. ``name`` is ``area/name``; ``plugin`` is the plug-in that brought it."""

    name: str
    plugin: str
    origin: Callable[..., Any] | Unimported
    signature: Signature

    @property
    def function(self) -> Callable[..., Any]:
        """The function; imports its module if it is only listed."""
        return self.origin.function() if isinstance(self.origin, Unimported) else self.origin

    def is_same(self, other: Declared) -> bool:
        """Whether both are of one function. Imports nothing."""
        listed = Unimported in (type(self.origin), type(other.origin))
        return self._where() == other._where() if listed else self.origin is other.origin

    def _where(self) -> tuple[str, str]:
        origin = self.origin
        return (origin.module, origin.name) if isinstance(origin, Unimported) else (origin.__module__, origin.__name__)

    @property
    def needs(self) -> tuple[Need, ...]:
        """The facts that it needs, in order."""
        return self.signature.needs

    @property
    def options(self) -> tuple[Option, ...]:
        """Its options."""
        return self.signature.options

    @property
    def page(self) -> Page:
        """Its documentation, from its docstring."""
        return read_page(self.function)


@record()
class Rule(Declared):
    """A generator of Findings."""

    severity: Severity
    since: str
    default: bool


@record()
class Signal(Declared):
    """A generator of Evidence. In a ``group`` only the strongest evidence counts."""

    group: str


@record()
class Fact(Declared):
    """The provider of the fact of type ``kind``; ``local`` is its cost for a checkpoint in a local folder."""

    kind: type
    cost: Cost
    local: Cost


@record()
class Reader(Declared):
    """A generator of ModelUses from files whose name matches ``files`` (shell patterns) and whose text contains a ``mentions``.

    It may also yield ``modelcheck.readers.Embedded``: a file inside of the file, which is then read by the readers of its name.
    """

    files: tuple[str, ...]
    mentions: tuple[str, ...]


def rule(*, severity: Literal["note", "warning", "error"], since: str, default: bool = True) -> Callable[[Function], Function]:
    """Declare a rule. ``since`` is the version that brought it; a rule with ``default=False`` runs only when selected."""
    return _marking(Rule, severity=severity, since=since, default=default)


def signal(*, group: str) -> Callable[[Function], Function]:
    """Declare a signal in a dependence group: one of ``modelcheck.groups.GROUPS``, or a group of its own."""
    return _marking(Signal, group=group)


def fact(
    *, cost: Literal["files", "network", "weights", "generate"] = "files", local: Literal["files", "weights"] | None = None
) -> Callable[[Function], Function]:
    """Declare the provider of the fact that the function's return annotation names.

    ``cost`` is its own; the facts that it needs add theirs. ``local`` is the cost for a checkpoint in a local folder, if less.
    """
    return _marking(Fact, cost=cost, local=local or cost)


def reader(*, files: Sequence[str], mentions: Sequence[str]) -> Callable[[Function], Function]:
    """Declare a reader. A file is parsed only if its name matches ``files`` and its bytes hold one of ``mentions`` (lower case)."""
    return _marking(Reader, files=files, mentions=mentions)


def _marking(record: type[Declared], **details: Any) -> Callable[[Function], Function]:
    def mark(function: Function) -> Function:
        setattr(function, DECLARED, (record, details))
        return function

    return mark
