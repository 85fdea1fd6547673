"""The facts of one checkpoint, or of one use of it: each computed when it is first asked for, and only once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar, cast

from modelcheck.blame import blame, blame_source
from modelcheck.code_places import yielded
from modelcheck.declarations import Declared, Fact
from modelcheck.engine.later import Later
from modelcheck.errors import Absent, Broken, Crash, Exceeded, PluginError, TargetError, Unavailable
from modelcheck.facts.model_use import ModelUse
from modelcheck.findings import Cost, Evidence, Span, Weighed
from modelcheck.handles import AllEvidence
from modelcheck.limits import Limit
from modelcheck.records import mutable, record
from modelcheck.registry import Registry
from modelcheck.sources import Nearby, Source

if TYPE_CHECKING:
    from modelcheck.engine.places import Places

T = TypeVar("T")
MAX_SECONDS = 3.0
"""Processor time of one fact, signal or rule; an ordinary one takes less than a millisecond."""


class Known(NamedTuple):
    """A fact with its value."""

    value: Any


class Missing(NamedTuple):
    """Why a fact is missing. ``absent``, ``ordinary`` and ``budget`` count as None for a parameter ``X | None``.

    The others do not: it is unknown whether the checkpoint has it.
    """

    reason: str
    kind: Literal["absent", "ordinary", "budget", "broken", "unavailable", "crashed"] = "absent"
    details: str = ""

    @property
    def remedy(self) -> str | None:
        """The option that would bring it, if the run's own limits prevent it."""
        return self.reason.removeprefix("needs ") if self.kind == "budget" else None


@mutable
class Trouble:
    """What went wrong while facts were computed, collected for the report."""

    broken: dict[tuple[str, str], Broken] = field(default_factory=dict)
    unavailable: dict[str, Unavailable] = field(default_factory=dict)
    """By path."""
    crashes: list[Crash] = field(default_factory=list)
    mistakes: list[PluginError] = field(default_factory=list)
    """Of plug-ins, in what they yield or how long they take."""


def _given(value: Any) -> Known | Missing:
    if isinstance(value, Missing):
        return value
    return Missing("it is not recorded") if value is None else Known(value)


@record()
class Limits:
    """What a run may do: the most expensive facts, whether facts may use the network, the signals to leave out."""

    budget: Cost = Cost.FILES
    offline: bool = True
    ignored: frozenset[str] = frozenset()


class FactStore:
    """Facts by their type. A store with a ``parent`` makes the facts that are its ``own`` only.

    ``given`` holds the roots, each with a value, None, or why it is Missing.

    ``opened_by`` is the plug-in that opened the source, ``where`` the place in a file that crashes are reported with, if there is
    one. Many threads may ask; one computes a fact and the others wait for it, and for nothing else.
    """

    def __init__(
        self,
        registry: Registry,
        limits: Limits,
        given: Mapping[type, Any],
        parent: FactStore | None = None,
        own: Container[type] = (),
        opened_by: str = "",
        where: str | None = None,
    ) -> None:
        self.registry = registry
        self.limits = limits
        self.trouble: Trouble = parent.trouble if parent else Trouble()
        self.skipped_signals: dict[str, Missing] = {}
        self.opened_by = opened_by
        self._where = where
        self._parent = parent
        self._own = own
        self._lock = threading.Lock()
        self._read_only: set[int] = set()
        self._making: dict[type, tuple[int, Later[Known | Missing]]] = {}
        self._known: dict[type, Known | Missing] = {kind: _given(value) for kind, value in given.items()}

    def get(self, kind: type[T]) -> T | None:
        """Return a fact; None if it is missing for whatever reason."""
        found = self.look_up(kind)
        return cast("T", found.value) if isinstance(found, Known) else None

    def look_up(self, kind: type) -> Known | Missing:
        """Return a fact, or why it is missing."""
        known = self._known.get(kind)
        if known is not None:
            return known
        if self._parent is not None and kind not in self._own:
            return self._parent.look_up(kind)
        with self._lock:
            first = kind not in self._making
            thread, later = self._making.setdefault(kind, (threading.get_ident(), Later()))
        if first:
            self._give(kind, later)
        elif thread == threading.get_ident() and kind not in self._known:
            return Missing("it asks for itself")
        return later.wait()

    def _give(self, kind: type, later: Later[Known | Missing]) -> None:
        try:
            found = self._known[kind] = self._make(kind)
        except BaseException as error:  # also an interrupt: no thread may wait for ever
            later.give(error=error)
            raise
        later.give(found)

    def _make(self, kind: type) -> Known | Missing:
        if kind is AllEvidence:
            return Known(AllEvidence(self._signals()))
        fact = self.registry.facts.get(kind)
        if fact is None:
            return Missing(f"no {kind.__name__} here")
        too_expensive = self.too_expensive(fact)
        if too_expensive:
            return self._not_given(fact) or Missing(too_expensive, "budget")
        arguments = self.arguments(fact)
        if isinstance(arguments, Missing):
            return arguments
        try:
            with blame(fact.name, fact.plugin, self._where, allow=(Absent, Broken, TargetError, Exceeded), code=fact.function):
                value = Limit(MAX_SECONDS).run(lambda: fact.function(*arguments))
                if not isinstance(value, kind):
                    raise TypeError(f"it returned {type(value).__name__} where {kind.__name__} is expected{_instead(value)}")
        except Absent as why:
            return Missing(str(why), "ordinary" if why.ordinary else "absent", why.details)
        except TargetError as why:
            return self._unavailable(why)
        except Broken as broken:
            self.trouble.broken.setdefault((broken.span.path, broken.message), broken)
            return Missing(f"{broken.span.path} cannot be read", "broken")
        except Exceeded as why:
            return self._exceeded(fact, why)
        except Crash as crash:
            return self._crashed(crash)
        return Known(value)

    def _not_given(self, fact: Fact) -> Missing | None:
        """Why a root that the fact needs is missing: no budget would bring it."""
        roots = (self._known.get(need.kind) for need in fact.needs if not need.optional and need.kind in self.registry.roots)
        return next((found for found in roots if isinstance(found, Missing)), None)

    def too_expensive(self, fact: Fact) -> str | None:
        """Why this run does not make a fact; None if it does."""
        cost = fact.local if fact.local < fact.cost and self._nearby else fact.cost
        if cost > self.limits.budget:
            return f"needs --budget {cost}"
        if fact.cost is Cost.NETWORK and self.limits.offline:
            return "needs the network"
        return None

    @cached_property
    def _nearby(self) -> bool:
        source = self._known.get(Source)
        return isinstance(source, Known) and isinstance(source.value, Nearby) and source.value.nearby

    def arguments(self, record: Declared) -> list[Any] | Missing:
        """Return the facts that a function asks for, in order, or why it cannot be called."""
        values: list[Any] = []
        known = self._known
        for need in record.signature.needs:
            found = known.get(need.kind) or self.look_up(need.kind)
            if isinstance(found, Known):
                values.append(found.value)
            elif need.optional and found.kind in ("absent", "ordinary", "budget"):
                values.append(None)
            else:
                return found
        if self._of_another(record):
            from modelcheck.read_only import read_only

            return [read_only(value, self._read_only) for value in values]
        return values

    def run(self, record: Declared, options: Mapping[str, Any] | None = None, *, of: type[T]) -> list[T] | Missing:
        """Return everything that a rule or a signal yields, each an ``of``; or why it was not called."""
        arguments = self.arguments(record)
        if isinstance(arguments, Missing):
            return arguments
        try:
            with blame(record.name, record.plugin, self._where, allow=(Absent, Exceeded, TargetError), code=record.function):
                return Limit(MAX_SECONDS).run(lambda: self._results(record, arguments, options or {}, of))
        except Absent as why:  # another checkpoint that it asked for is not known
            return Missing(str(why), "ordinary" if why.ordinary else "absent")
        except Exceeded as why:
            return self._exceeded(record, why)
        except TargetError as why:
            return self._unavailable(why)
        except Crash as crash:
            return self._crashed(crash)

    def _results(self, record: Declared, arguments: list[Any], options: Mapping[str, Any], of: type[T]) -> list[T]:
        made = cast("Callable[..., Iterator[T] | None]", record.function)(*arguments, **options)

        def check(one: object) -> T:
            if not isinstance(one, of):
                raise TypeError(f"it yielded {type(one).__name__} where {of.__name__} is expected")
            return one

        if not self._of_another(record):
            return list(yielded(made, check))
        from modelcheck.engine.results import Results

        return Results(record, self.trouble.mistakes.append, self._places).of(made, check)

    def _of_another(self, record: Declared) -> bool:
        """Whether a function is a third party's."""
        return record.plugin in self.registry.lenient

    def _places(self) -> Places | None:
        """What is known of the files of this checkpoint, or of this use."""
        from modelcheck.engine.places import of_checkpoint, of_use

        use, source = self._known.get(ModelUse), self.look_up(Source)
        if isinstance(use, Known):
            return of_use(use.value)
        return of_checkpoint(source.value) if isinstance(source, Known) else None

    def _exceeded(self, record: Declared, why: Exceeded) -> Missing:
        """Tell that a function took too much: of a third party's that is a mistake, of ours the file is made so."""
        if self._of_another(record):
            from modelcheck.engine.results import Results

            Results(record, self.trouble.mistakes.append).exceeded(why)
        else:
            message = f"cannot be read: {record.name} {why}"
            self.trouble.broken.setdefault((record.name, message), Broken(Span("."), message))
        return Missing(f"{record.name} {why}", "broken")

    def _unavailable(self, why: TargetError) -> Missing:
        if isinstance(why, Unavailable):
            self.trouble.unavailable.setdefault(why.path, why)
        return Missing(str(why), "unavailable")

    def _crashed(self, crash: Crash) -> Missing:
        """Note a crash, and return the reason for those who depend on it. What the source itself raised is blamed on the source."""
        source = self.look_up(Source)
        if self.opened_by and isinstance(source, Known):
            crash = blame_source(crash, source.value, self.opened_by)
        self.trouble.crashes.append(crash)
        return Missing(f"{crash.name} crashed", "crashed")

    def _signals(self) -> Iterator[Weighed]:
        for name, signal in sorted(self.registry.signals.items()):
            if name in self.limits.ignored:
                self.skipped_signals[name] = Missing("ignored")
                continue
            found = self.run(signal, of=Evidence)
            if isinstance(found, Missing):
                self.skipped_signals[name] = found
                continue
            for evidence in found:
                yield Weighed(name, signal.group, evidence)


def _instead(value: object) -> str:
    """What the provider of a fact has to do instead of returning ``value``."""
    if value is None:
        return ": raise Absent(reason) where there is none"
    return ": write return in place of yield" if isinstance(value, Iterator) else ""
