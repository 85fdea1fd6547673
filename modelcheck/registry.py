"""The table of rules, signals, facts and readers, made from decorated functions, and the check that it can work.

A decorator returns its function untouched and only hangs a record on it: a rule stays callable with hand-made facts.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal, Protocol, TypeVar

from modelcheck.errors import PluginError
from modelcheck.findings import Cost, Severity, Weighed
from modelcheck.pages import Page, read_page
from modelcheck.signatures import Need, Option, Signature, read_signature
from modelcheck.verdict import Verdict

Function = TypeVar("Function", bound=Callable[..., Any])
Scope = Literal["checkpoint", "use"]
T = TypeVar("T")
_MARK = "__modelcheck__"


@dataclass(frozen=True, slots=True, eq=False)
class Declared:
    """A function that takes facts. ``name`` is ``area/name``; ``plugin`` is who brought it."""

    name: str
    plugin: str
    function: Callable[..., Any]
    signature: Signature

    @property
    def needs(self) -> tuple[Need, ...]:
        """The facts it asks for, in order."""
        return self.signature.needs

    @property
    def options(self) -> tuple[Option, ...]:
        """Its settings."""
        return self.signature.options

    @property
    def page(self) -> Page:
        """Its documentation, from its docstring."""
        return read_page(self.function)


@dataclass(frozen=True, slots=True, eq=False)
class Rule(Declared):
    """A generator of Findings."""

    severity: Severity
    since: str
    default: bool


@dataclass(frozen=True, slots=True, eq=False)
class Signal(Declared):
    """A generator of Evidence. In a ``group`` only the strongest evidence counts."""

    group: str


@dataclass(frozen=True, slots=True, eq=False)
class Fact(Declared):
    """The provider of the fact of type ``kind``; ``local`` is its cost for a checkpoint in a folder of this machine."""

    kind: type
    cost: Cost
    local: Cost


@dataclass(frozen=True, slots=True, eq=False)
class Reader(Declared):
    """A generator of ModelUses from files whose name fits ``files`` (shell patterns) and whose text holds one of ``mentions``."""

    files: tuple[str, ...]
    mentions: tuple[str, ...]


def rule(*, severity: Literal["note", "warning", "error"], since: str, default: bool = True) -> Callable[[Function], Function]:
    """Declare a rule. ``since`` is the version that brought it; a rule with ``default=False`` runs only when selected."""
    return _marking(Rule, severity=Severity[severity.upper()], since=since, default=default)


def signal(*, group: str) -> Callable[[Function], Function]:
    """Declare a signal in a dependence group: name, card, template, stops, weights, behaviour, identity or a new one."""
    return _marking(Signal, group=group)


def fact(
    *, cost: Literal["files", "network", "weights", "generate"] = "files", local: Literal["files", "weights"] | None = None
) -> Callable[[Function], Function]:
    """Declare the provider of the fact that the function's return annotation names. ``cost`` is its own; needs add theirs.

    ``local`` is the cost where the checkpoint lies in a folder of this machine, if that is less.
    """
    return _marking(Fact, cost=Cost[cost.upper()], local=Cost[(local or cost).upper()])


def reader(*, files: Sequence[str], mentions: Sequence[str]) -> Callable[[Function], Function]:
    """Declare a reader. A file is parsed only when its name fits ``files`` and its bytes hold one of ``mentions`` (lower case)."""
    return _marking(Reader, files=tuple(files), mentions=tuple(mentions))


def _marking(record: type[Declared], **details: Any) -> Callable[[Function], Function]:
    def mark(function: Function) -> Function:
        setattr(function, _MARK, (record, details))
        return function

    return mark


class AllEvidence(tuple[Weighed, ...]):
    """What every signal said of a checkpoint: a fact that the engine makes by running them all."""


class Checkpoints(Protocol):
    """A handle on other checkpoints: the parent of an adapter, say. Each is opened once in a run, and a chain has an end."""

    def verdict(self, id_: str, revision: str | None) -> Verdict:
        """The verdict on another checkpoint of the Hub, under the run's own budget. Raises Absent."""

    def named(self, name: str) -> Verdict:
        """The verdict that a mere name gives: a Hub id, or what a path ends in. Asks nobody. Raises Absent."""

    def missing(self, id_: str, revision: str | None) -> bool:
        """Whether the Hub was asked and knows no such checkpoint, or shows it to nobody. False where it was not asked."""

    def fact(self, kind: type[T], id_: str, revision: str | None) -> T | None:
        """A fact of another checkpoint of the Hub; None where it has none or cannot be reached. Raises Absent as above."""


class Registry:
    """Everything that plug-ins brought. ``roots`` are the facts that the engine itself has, ``per_use`` those of one use."""

    def __init__(self, roots: Sequence[type] = (), per_use: Sequence[type] = ()) -> None:
        self.roots = frozenset((*roots, *per_use, AllEvidence, Checkpoints))
        self.per_use = frozenset(per_use)
        self.ready: dict[str, Rule] = {}
        self.signals: dict[str, Signal] = {}
        self.readers: dict[str, Reader] = {}
        self.facts: dict[type, Fact] = {}
        self.plugin = "modelcheck"
        self._of_use: dict[type, bool] = {}
        self._later: list[tuple[str, str]] = []

    def scan(self, package: str, *, later: Collection[str] = ()) -> None:
        """Add every declared function of a package's modules, at any depth. The area of a rule is its folder's name.

        ``later`` names folders that are imported when a checkpoint's own files are judged, and not for a deployment file, which
        a hook has to be quick about. No fact, signal or rule outside of them may need what they hold.
        """
        module = sys.modules.get(package) or importlib.import_module(package)
        self._later += [(self.plugin, f"{package}.{name}") for name in later]
        for found in _modules(module, {f"{package}.{name}" for name in later}):
            for function in list(vars(found).values()):
                if getattr(function, "__module__", None) == found.__name__ and hasattr(function, _MARK):
                    self.add(function)

    @property
    def rules(self) -> dict[str, Rule]:
        """Every rule, by its name. Raises PluginError where what was left for later cannot work."""
        self.complete()
        return self.ready

    def complete(self) -> None:
        """Bring what was left for later."""
        if not self._later:
            return
        by, packages = self.plugin, self._later
        self._later = []
        for self.plugin, package in packages:
            self.scan(package)
        self.plugin = by
        self.check()

    def add(self, function: Callable[..., Any], name: str | None = None) -> None:
        """Add one declared function, under its place's name unless another is given. Raises PluginError when it cannot work."""
        kind, details = getattr(function, _MARK, (None, {}))
        if kind is None:
            raise PluginError(f"{function.__module__}.{function.__qualname__} carries none of @rule, @signal, @fact, @reader")
        signature = read_signature(function)
        record = kind(
            name=name or _name(function),
            plugin=self.plugin,
            function=function,
            signature=signature,
            **self._extra(kind, function, signature),
            **details,
        )
        self._of_use.clear()
        table = self._table(kind)
        key = record.kind if kind is Fact else record.name
        known = table.setdefault(key, record)
        if known is not record and known.function is not function:
            raise PluginError(f"both {known.plugin} and {self.plugin} bring {record.name}; rename or disable one of them")

    def _table(self, kind: type[Declared]) -> dict[Any, Any]:
        tables: dict[type[Declared], dict[Any, Any]] = {
            Rule: self.ready,
            Signal: self.signals,
            Reader: self.readers,
            Fact: self.facts,
        }
        return tables[kind]

    def _extra(self, kind: type[Declared], function: Callable[..., Any], signature: Signature) -> dict[str, Any]:
        if kind is not Fact:
            return {}
        if not isinstance(signature.gives, type):
            raise PluginError(
                f"{function.__module__}.{function.__qualname__}: a fact's provider must name the fact in its return annotation"
            )
        return {"kind": signature.gives}

    def declared(self) -> Iterator[Declared]:
        """Every rule, signal and fact: all that takes facts."""
        yield from self.ready.values()
        yield from self.signals.values()
        yield from self.facts.values()

    def check(self) -> None:
        """Refuse a table that cannot work. Raises PluginError for a fact that nobody makes, and for a cycle, with its chain."""
        for record in self.declared():
            for need in record.needs:
                if need.kind not in self.facts and need.kind not in self.roots:
                    known = ", ".join(sorted(kind.__name__ for kind in (*self.facts, *self.roots)))
                    raise PluginError(
                        f"{record.name} of {record.plugin} asks for {need.kind.__name__}, which nobody makes. Known facts: {known}"
                    )
        done: set[type] = set()
        for kind in self.facts:
            self._walk(kind, (), done)

    def _walk(self, kind: type, chain: tuple[type, ...], done: set[type]) -> None:
        if kind in chain:
            names = " → ".join(member.__name__ for member in (*chain[chain.index(kind) :], kind))
            raise PluginError(f"these facts wait for one another: {names}")
        if kind in done:
            return
        for below in self.below(kind):
            self._walk(below, (*chain, kind), done)
        done.add(kind)

    def below(self, kind: type) -> tuple[type, ...]:
        """The facts that the provider of ``kind`` asks for; for the evidence of all signals, what the signals ask for."""
        if kind in self.facts:
            return tuple(need.kind for need in self.facts[kind].needs)
        if kind is AllEvidence:
            return tuple(dict.fromkeys(need.kind for signal_ in self.signals.values() for need in signal_.needs))
        return ()

    def cost(self, record: Declared) -> Cost:
        """The dearest fact that it requires, or that one of those requires."""
        own = record.cost if isinstance(record, Fact) else Cost.FILES
        required = (self.facts[need.kind] for need in record.needs if not need.optional and need.kind in self.facts)
        return max([own, *map(self.cost, required)])

    def scope(self, record: Declared) -> Scope:
        """``use`` where it asks, directly or not, for a ModelUse; else ``checkpoint``."""
        return "use" if any(self.depends_on_use(need.kind) for need in record.needs) else "checkpoint"

    def depends_on_use(self, kind: type) -> bool:
        """Whether a fact is one of a use, or is made from one."""
        known = self._of_use.get(kind)
        if known is None:
            known = kind in self.per_use or any(self.depends_on_use(below) for below in self.below(kind))
            self._of_use[kind] = known
        return known


def _modules(module: ModuleType, left: Collection[str] = ()) -> Iterator[ModuleType]:
    yield module
    for found in pkgutil.iter_modules(getattr(module, "__path__", ()), module.__name__ + "."):
        if found.name not in left:
            yield from _modules(importlib.import_module(found.name))


def _name(function: Callable[..., Any]) -> str:
    """``area/name``: ``pack.area.some_rule.some_rule`` is ``area/some-rule``, ``pack.many.some_rule`` is ``many/some-rule``."""
    *packages, module = function.__module__.split(".")
    area = packages[-1] if packages and function.__name__ == module else module
    return f"{area}/{function.__name__}".replace("_", "-")
