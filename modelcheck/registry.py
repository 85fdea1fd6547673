"""The registry of rules, signals, facts and readers: built from decorated functions, and checked."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from types import ModuleType
from typing import Any, Literal

from modelcheck.blame import blame
from modelcheck.code_places import place_of, place_of_error
from modelcheck.declarations import DECLARED, Declared, Fact, Reader, Rule, Signal
from modelcheck.decorator_arguments import details_of
from modelcheck.discovery import Content, DeferredFolders, DeferredReaders, function_name, import_package
from modelcheck.errors import Crash, PluginError
from modelcheck.findings import Cost
from modelcheck.function_mistakes import check_contract, check_kind, clash, misplaced
from modelcheck.graph import LeadingTo, find_cycle
from modelcheck.handles import AllEvidence, Checkpoints, Expected
from modelcheck.listing import Listed, Listings
from modelcheck.signatures import annotated, read_signature

Scope = Literal["checkpoint", "use"]


class Registry:
    """Everything that plug-ins registered. ``roots`` are facts that the engine provides, ``per_use`` those of one use.
    ``readable`` are the classes that a reader can ask for (None: any).

    ``ready`` holds the rules that are imported; ``rules`` imports the others too. What is wrong in a plug-in of ``lenient`` is left
    out and listed in ``mistakes``; everything else of it counts. In any other plug-in a mistake is raised.
    """

    def __init__(self, roots: Sequence[type] = (), per_use: Sequence[type] = (), readable: Collection[type] | None = None) -> None:
        self.roots = frozenset((*roots, *per_use, AllEvidence, Checkpoints, Expected))
        self.of_use: LeadingTo[type] = LeadingTo(frozenset(per_use), self.below)
        """The facts that belong to one use, directly or not."""
        self.of_asker: LeadingTo[type] = LeadingTo((Checkpoints,), self._below_once)
        """The facts that may depend on which checkpoint asks for them: those for which other checkpoints are judged."""
        self.ready: dict[str, Rule] = {}
        self.signals: dict[str, Signal] = {}
        self.imported_readers: dict[str, Reader] = {}
        self.facts: dict[type, Fact] = {}
        self._readable = None if readable is None else tuple(readable)
        self._importing = threading.RLock()
        """Held while something deferred is imported: until then it is neither waiting nor there, and other threads must wait."""
        self.plugin = "modelcheck"
        self.lenient: set[str] = set()
        self.mistakes: list[PluginError] = []
        self._left_out: set[type] = set()
        """Facts whose provider is left out: what needs them is, too, and nothing more is said of it."""
        self._listings = Listings()
        self._deferred = DeferredFolders()
        self._deferred_readers = DeferredReaders()

    def scan(
        self, package: str, *, later: Collection[str] = (), readers: Collection[str] = (), listed: Listed | None = None
    ) -> None:
        """Add every declared function of a package's modules, at any depth. The area of a rule is its folder's name.

        ``later`` names folders to import only when a checkpoint's own files are judged, so that a hook on a deployment file
        starts fast. Nothing outside of them may need what they hold. A file in them should hold one rule of its own
        name: then a configuration file can name the rule without an import. ``readers`` names folders of readers, whose files are
        each imported when a file is scanned whose name they declare. A function that is ``listed`` is imported when it is called.
        """
        self._listings.add(package, listed)
        deferred = tuple(f"{package}.{name}" for name in (*later, *readers))
        for name in later:
            self._deferred.add(self.plugin, f"{package}.{name}")
        known = self._listings.below(package, self.plugin, deferred)
        if known is not None:
            for record in known:
                self._put(record)
            return
        for name in readers:
            self._deferred_readers.add(self.plugin, f"{package}.{name}")
        for module in import_package(package, set(deferred), self._imported):
            self._add_all(module)

    def _imported(self, name: str) -> ModuleType | None:
        """A module; None if it is of a lenient plug-in and cannot be imported."""
        if self.plugin not in self.lenient:
            return importlib.import_module(name)
        try:
            with blame("import", self.plugin):
                return importlib.import_module(name)
        except Crash as crash:
            error = crash.__cause__ or crash
            at = place_of_error(error, name.partition(".")[0])
            self.mistakes.append(PluginError(f"cannot be imported: {crash.cause}", plugin=self.plugin, at=at, cause=error))
            return None

    def _add_all(self, module: ModuleType) -> None:
        for function in list(vars(module).values()):
            if getattr(function, "__module__", None) == module.__name__ and hasattr(function, DECLARED):
                self.add(function)
        for thing, name, (message, hint) in misplaced(module) if self.plugin in self.lenient else ():
            self._mistaken(PluginError(f"{name}: {message}", plugin=self.plugin, at=place_of(thing), hint=hint))

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
        with self._importing:
            return self._deferred_readers.match(name)

    def readers_for(self, name: str | None, content: Content | None = None) -> dict[str, Reader]:
        """The readers that are imported, after those that declare ``name`` and mention a word of ``content`` (None: any)."""
        with self._importing:
            for file in self._deferred_readers.take(name, content):
                self._import(file.plugin, file.module)
        return self.imported_readers

    def complete(self) -> None:
        """Import the deferred folders. Raises PluginError."""
        with self._importing:
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
            for need in self.facts[kind].needs if kind in self.facts else ():
                self.want(need.kind)

    def area(self, name: str) -> list[Rule]:
        """The rules of one area; imports only the deferred files of that area. Raises PluginError."""
        for file in self._deferred.area(name):
            self._import(file.plugin, file.module)
        return [rule for rule in self.ready.values() if rule.name.partition("/")[0] == name]

    def _import(self, plugin: str, name: str) -> None:
        with self._importing:
            by, self.plugin = self.plugin, plugin
            if listed := self._listings.of(name, plugin):
                self._put(listed)
            elif (module := self._imported(name)) is not None:
                self._add_all(module)
            self.plugin = by

    def add(self, function: Callable[..., Any], name: str | None = None) -> None:
        """Add one declared function under ``name``, by default the one that its place gives.

        Raises PluginError for a wrong one, unless the plug-in is lenient.
        """
        try:
            self._add(function, name)
        except PluginError as error:
            self._mistaken(error)
            returned = annotated(function, "return")
            self._left_out |= {returned} if isinstance(returned, type) else set()

    def _mistaken(self, error: PluginError) -> None:
        if error.plugin not in self.lenient:
            raise error
        self.mistakes.append(error)

    def _add(self, function: Callable[..., Any], name: str | None) -> None:
        kind: type[Declared] | None
        details: dict[str, Any]
        kind, details = getattr(function, DECLARED, (None, {}))

        def wrong(message: str, **more: Any) -> PluginError:
            called = getattr(function, "__qualname__", repr(function))
            return PluginError(f"{called}: {message}", plugin=self.plugin, at=place_of(function), **more)

        if kind is None:
            raise wrong("it has no decorator: use @rule, @signal, @fact or @reader")
        try:
            check_kind(kind, function)
            signature = read_signature(function, only=self._readable if kind is Reader else None)
            details = details_of(kind, details)
            check_contract(kind, signature)
        except PluginError as error:
            raise wrong(error.message, hint=error.hint, unknown=error.unknown) from None
        if kind is Fact:
            details = details | {"kind": signature.returns}
        name = name or function_name(function)
        self._put(kind(name=name, plugin=self.plugin, origin=function, signature=signature, **details))

    def _put(self, record: Declared) -> None:
        self.of_use.clear()
        self.of_asker.clear()
        table, key = self._table(type(record)), record.kind if isinstance(record, Fact) else record.name
        known = table.setdefault(key, record)
        if known.is_same(record):
            return
        if known.plugin in self.lenient and self.plugin not in self.lenient:  # ours is deferred, and ours counts
            table[key] = record
            self._mistaken(clash(known, record, "{1} brings {2} already; rename yours"))
            return
        raise clash(record, known, "both {1} and {0} bring {2}; rename or disable one of them")

    def _table(self, kind: type[Declared]) -> dict[Any, Any]:
        tables = (self.ready, self.signals, self.imported_readers, self.facts)
        return dict[type[Declared], dict[Any, Any]](zip((Rule, Signal, Reader, Fact), tables, strict=True))[kind]

    def declared(self) -> Iterator[Declared]:
        """Every rule, signal and fact: everything that takes facts."""
        yield from self.ready.values()
        yield from self.signals.values()
        yield from self.facts.values()

    def check(self) -> None:
        """Raises PluginError for a fact that no plug-in provides, and for facts that need one another in a cycle.

        What needs such facts is left out where the plug-in is lenient.
        """
        while self._leave_out_what_lacks_a_fact():
            pass
        while cycle := find_cycle(self.facts, self.below):
            chain = " → ".join(kind.__name__ for kind in cycle)
            own = [self.facts[kind] for kind in cycle if self.facts[kind].plugin in self.lenient]
            fact_ = own[0] if own else self.facts[cycle[0]]
            self._drop(
                fact_, PluginError(f"these facts need one another: {chain}", plugin=fact_.plugin, at=place_of(fact_.function))
            )

    def _leave_out_what_lacks_a_fact(self) -> bool:
        """Whether a function was left out: others may need the fact that it provides."""
        for declared in list(self.declared()):
            for need in declared.needs:
                if need.kind in self.facts or need.kind in self.roots:
                    continue
                self.want(need.kind)
                if need.kind in self.facts:
                    continue
                known = sorted(kind.__name__ for kind in (*self.facts, *self.roots))
                message = f"{declared.name} needs {need.kind.__name__}, which no plug-in provides. Known facts: {', '.join(known)}"
                error = PluginError(message, plugin=declared.plugin, at=place_of(declared.function), unknown=need.kind.__name__)
                self._drop(declared, None if need.kind in self._left_out else error)
                return True
        return False

    def _drop(self, declared: Declared, error: PluginError | None) -> None:
        if error is not None:
            self._mistaken(error)
        self._table(type(declared)).pop(declared.kind if isinstance(declared, Fact) else declared.name)
        if isinstance(declared, Fact):
            self._left_out.add(declared.kind)

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
