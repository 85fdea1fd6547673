"""The registry of rules, signals, facts and readers: built from decorated functions, and checked.

A decorator returns its function unchanged and only attaches a record: a rule stays callable with facts made by hand.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection, Iterator, Sequence
from types import ModuleType
from typing import Any, Literal, TypeVar

from modelcheck.discovery import Content, DeferredFolders, DeferredReaders, function_name, import_package
from modelcheck.errors import PluginError
from modelcheck.findings import Cost, Severity
from modelcheck.graph import LeadingTo, find_cycle
from modelcheck.groups import group_problem
from modelcheck.handles import AllEvidence, Checkpoints
from modelcheck.pages import Page, read_page
from modelcheck.records import record
from modelcheck.signatures import Need, Option, Signature, read_signature

Function = TypeVar("Function", bound=Callable[..., Any])
Scope = Literal["checkpoint", "use"]
_DECLARED = "__modelcheck__"


@record()
class Declared:
    """A function that takes facts. ``name`` is ``area/name``; ``plugin`` is the plug-in that brought it."""

    name: str
    plugin: str
    function: Callable[..., Any]
    signature: Signature

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
    return _marking(Rule, severity=Severity[severity.upper()], since=since, default=default)


def signal(*, group: str) -> Callable[[Function], Function]:
    """Declare a signal in a dependence group: one of ``modelcheck.groups.GROUPS``, or a group of its own."""
    return _marking(Signal, group=group)


def fact(
    *, cost: Literal["files", "network", "weights", "generate"] = "files", local: Literal["files", "weights"] | None = None
) -> Callable[[Function], Function]:
    """Declare the provider of the fact that the function's return annotation names.

    ``cost`` is its own; the facts that it needs add theirs. ``local`` is the cost for a checkpoint in a local folder, if less.
    """
    return _marking(Fact, cost=Cost[cost.upper()], local=Cost[(local or cost).upper()])


def reader(*, files: Sequence[str], mentions: Sequence[str]) -> Callable[[Function], Function]:
    """Declare a reader. A file is parsed only if its name matches ``files`` and its bytes hold one of ``mentions`` (lower case)."""
    return _marking(Reader, files=tuple(files), mentions=tuple(mentions))


def _marking(record: type[Declared], **details: Any) -> Callable[[Function], Function]:
    def mark(function: Function) -> Function:
        setattr(function, _DECLARED, (record, details))
        return function

    return mark


class Registry:
    """Everything that plug-ins registered. ``roots`` are facts that the engine provides, ``per_use`` those of one use.

    ``ready`` holds the rules that are imported; ``rules`` imports the others too.
    """

    def __init__(self, roots: Sequence[type] = (), per_use: Sequence[type] = ()) -> None:
        self.roots = frozenset((*roots, *per_use, AllEvidence, Checkpoints))
        self.of_use: LeadingTo[type] = LeadingTo(frozenset(per_use), self.below)
        """The facts that belong to one use, directly or not."""
        self.of_asker: LeadingTo[type] = LeadingTo((Checkpoints,), self._below_once)
        """The facts that may depend on which checkpoint asks for them: those for which other checkpoints are judged."""
        self.ready: dict[str, Rule] = {}
        self.signals: dict[str, Signal] = {}
        self.imported_readers: dict[str, Reader] = {}
        self.facts: dict[type, Fact] = {}
        self.plugin = "modelcheck"
        self._deferred = DeferredFolders()
        self._deferred_readers = DeferredReaders()

    def scan(self, package: str, *, later: Collection[str] = (), readers: Collection[str] = ()) -> None:
        """Add every declared function of a package's modules, at any depth. The area of a rule is its folder's name.

        ``later`` names folders to import only when a checkpoint's own files are judged, so that a hook on a deployment file
        starts fast. Nothing outside of them may need what they hold. A file in them should hold one rule of its own
        name: then a configuration file can name the rule without an import. ``readers`` names folders of readers, whose files are
        each imported when a file is scanned whose name they declare.
        """
        for name in later:
            self._deferred.add(self.plugin, f"{package}.{name}")
        for name in readers:
            self._deferred_readers.add(self.plugin, f"{package}.{name}")
        for module in import_package(package, {f"{package}.{name}" for name in (*later, *readers)}):
            self._add_all(module)

    def _add_all(self, module: ModuleType) -> None:
        for function in list(vars(module).values()):
            if getattr(function, "__module__", None) == module.__name__ and hasattr(function, _DECLARED):
                self.add(function)

    @property
    def rules(self) -> dict[str, Rule]:
        """Every rule, by its name; imports the deferred folders. Raises PluginError if one of them cannot work."""
        self.complete()
        return self.ready

    @property
    def readers(self) -> dict[str, Reader]:
        """Every reader, by its name; imports the deferred ones."""
        return self.readers_for(None)

    def may_read(self, name: str) -> bool:
        """Whether a reader that is not imported yet declares a file's ``name``."""
        return self._deferred_readers.match(name)

    def readers_for(self, name: str | None, content: Content | None = None) -> dict[str, Reader]:
        """The readers that are imported, after those that declare ``name`` and mention a word of ``content`` (None: any)."""
        for file in self._deferred_readers.take(name, content):
            self._import(file.plugin, file.module)
        return self.imported_readers

    def complete(self) -> None:
        """Import the deferred folders. Raises PluginError."""
        by, folders = self.plugin, self._deferred.take()
        if not folders:
            return
        for self.plugin, package in folders:
            self.scan(package)
        self.plugin = by
        self.check()

    def has(self, name: str) -> bool:
        """Whether there is a rule, a signal or an area of this name; imports the deferred folders only if none is found without."""
        if name in self.signals or self._deferred.area(name):
            return True
        return any(rule.startswith(f"{name}/") for rule in self.ready) or self.has_rule(name)

    def has_rule(self, name: str) -> bool:
        """Whether there is a rule of this name; imports the deferred folders only if none is found without."""
        if name not in self.ready and self._deferred.rule(name) is None:
            self.complete()
        return name in self.ready or self._deferred.rule(name) is not None

    def rule(self, name: str) -> Rule | None:
        """One rule; imports its own file only where that is deferred. Raises PluginError."""
        file = self._deferred.rule(name)
        if name not in self.ready and file is not None:
            self._import(file.plugin, file.module)
        if name not in self.ready:
            self.complete()
        return self.ready.get(name)

    def want(self, kind: type) -> None:
        """Add a fact of a deferred folder, and those that it needs; imports nothing else. Raises PluginError."""
        plugin = self._deferred.plugin_of(kind.__module__)
        if kind not in self.facts and plugin is not None:
            self._import(plugin, kind.__module__)
            for need in self.facts[kind].needs:
                self.want(need.kind)

    def area(self, name: str) -> list[Rule]:
        """The rules of one area; imports only the deferred files of that area. Raises PluginError."""
        for file in self._deferred.area(name):
            self._import(file.plugin, file.module)
        return [rule for rule in self.ready.values() if rule.name.partition("/")[0] == name]

    def _import(self, plugin: str, module: str) -> None:
        by, self.plugin = self.plugin, plugin
        self._add_all(importlib.import_module(module))
        self.plugin = by

    def add(self, function: Callable[..., Any], name: str | None = None) -> None:
        """Add one declared function under ``name``, by default the one that its place gives. Raises PluginError for a wrong one."""
        kind: type[Declared] | None
        details: dict[str, Any]
        kind, details = getattr(function, _DECLARED, (None, {}))
        where = f"{function.__module__}.{function.__qualname__} of the plug-in {self.plugin}"
        if kind is None:
            raise PluginError(f"{where} has no decorator: use @rule, @signal, @fact or @reader")
        signature = read_signature(function)
        if kind is Fact:
            if not isinstance(signature.returns, type):
                raise PluginError(f"{where}: the provider of a fact must name the fact's class in its return annotation")
            details = details | {"kind": signature.returns}
        if kind is Signal and (problem := group_problem(details["group"])):
            raise PluginError(f"{where}: {problem}")
        name = name or function_name(function)
        record: Any = kind(name=name, plugin=self.plugin, function=function, signature=signature, **details)
        self.of_use.clear()
        self.of_asker.clear()
        known = self._table(kind).setdefault(record.kind if kind is Fact else name, record)
        if known is not record and known.function is not function:
            raise PluginError(f"both {known.plugin} and {self.plugin} bring {name}; rename or disable one of them")

    def _table(self, kind: type[Declared]) -> dict[Any, Any]:
        tables = (self.ready, self.signals, self.imported_readers, self.facts)
        return dict[type[Declared], dict[Any, Any]](zip((Rule, Signal, Reader, Fact), tables, strict=True))[kind]

    def declared(self) -> Iterator[Declared]:
        """Every rule, signal and fact: everything that takes facts."""
        yield from self.ready.values()
        yield from self.signals.values()
        yield from self.facts.values()

    def check(self) -> None:
        """Raises PluginError for a fact that no plug-in provides, and for facts that need one another in a cycle."""
        for declared in self.declared():
            for need in declared.needs:
                if need.kind not in self.facts and need.kind not in self.roots:
                    known = ", ".join(sorted(kind.__name__ for kind in (*self.facts, *self.roots)))
                    raise PluginError(
                        f"{declared.name} of the plug-in {declared.plugin} needs {need.kind.__name__}, which no plug-in provides. "
                        f"Known facts: {known}"
                    )
        cycle = find_cycle(self.facts, self.below)
        if cycle:
            raise PluginError(f"these facts need one another: {' → '.join(kind.__name__ for kind in cycle)}")

    def below(self, kind: type) -> tuple[type, ...]:
        """The facts that the provider of ``kind`` needs; for AllEvidence, those that the signals need."""
        if kind in self.facts:
            return tuple(need.kind for need in self.facts[kind].needs)
        if kind is AllEvidence:
            return tuple(dict.fromkeys(need.kind for signal_ in self.signals.values() for need in signal_.needs))
        return ()

    def _below_once(self, kind: type) -> tuple[type, ...]:
        """The same, except that a model is run once, whoever asks."""
        return () if kind in self.facts and self.facts[kind].cost is Cost.GENERATE else self.below(kind)

    def cost(self, record: Declared) -> Cost:
        """The cost of the most expensive fact that it requires, directly or not."""
        own = record.cost if isinstance(record, Fact) else Cost.FILES
        required = (self.facts[need.kind] for need in record.needs if not need.optional and need.kind in self.facts)
        return max([own, *map(self.cost, required)])

    def scope(self, record: Declared) -> Scope:
        """``use`` if it needs a ModelUse, directly or not; else ``checkpoint``."""
        return "use" if any(need.kind in self.of_use for need in record.needs) else "checkpoint"
