"""The facts of one checkpoint, or of one use of it: made when first asked for, and only once."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeVar, cast

from modelcheck.errors import Absent, Broken, TargetError
from modelcheck.findings import Cost, Evidence, Weighed
from modelcheck.registry import AllEvidence, Declared, Fact, Registry
from modelcheck.sources import Source

T = TypeVar("T")


class Known(NamedTuple):
    """A fact that is there."""

    value: Any


class Missing(NamedTuple):
    """A fact that is not there, and why. Those who ask with ``| None`` pass over ``absent``, ``ordinary`` and ``budget``."""

    reason: str
    kind: Literal["absent", "ordinary", "budget", "broken", "crashed"] = "absent"
    details: str = ""

    @property
    def remedy(self) -> str | None:
        """What would bring it, where the run's own limits kept it back."""
        return self.reason.removeprefix("needs ") if self.kind == "budget" else None


@dataclass(frozen=True, slots=True, eq=False)
class Crash:
    """Something of ours, or of a plug-in's, that fell over."""

    name: str
    plugin: str
    message: str
    details: str = field(repr=False)


@dataclass(slots=True, eq=False)
class Trouble:
    """What went wrong while facts were made, collected for the report."""

    broken: dict[tuple[str, str], Broken] = field(default_factory=dict)
    crashes: list[Crash] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """What a run may do: no fact dearer than ``budget``, none of the network when ``offline``, no signal in ``ignored``."""

    budget: Cost = Cost.FILES
    offline: bool = True
    ignored: frozenset[str] = frozenset()


class FactStore:
    """Facts by their type. ``given`` holds the roots; a store of one use asks its ``parent`` for what belongs to the checkpoint.

    Many threads may ask; one makes a fact and the others wait for it.
    """

    def __init__(self, registry: Registry, limits: Limits, given: Mapping[type, Any], parent: FactStore | None = None) -> None:
        self.registry = registry
        self.limits = limits
        self.trouble: Trouble = parent.trouble if parent else Trouble()
        self.skipped_signals: dict[str, Missing] = {}
        self._parent = parent
        self.lock = threading.RLock()
        self._making: set[type] = set()
        self._known: dict[type, Known | Missing] = {kind: Known(value) for kind, value in given.items()}

    def get(self, kind: type[T]) -> T | None:
        """A fact, or None where it is missing for whatever reason."""
        found = self.look_up(kind)
        return cast("T", found.value) if isinstance(found, Known) else None

    def look_up(self, kind: type) -> Known | Missing:
        """A fact, or why it is missing."""
        with self.lock:
            if kind not in self._known:
                if self._parent is not None and not self.registry.depends_on_use(kind):
                    return self._parent.look_up(kind)
                if kind in self._making:
                    return Missing("it asks for itself")
                self._making.add(kind)
                try:
                    self._known[kind] = self._make(kind)
                finally:
                    self._making.discard(kind)
            return self._known[kind]

    def _make(self, kind: type) -> Known | Missing:
        if kind is AllEvidence:
            return Known(AllEvidence(self._signals()))
        fact = self.registry.facts.get(kind)
        if fact is None:
            return Missing(f"no {kind.__name__} here")
        too_dear = self._too_dear(fact)
        if too_dear:
            return Missing(too_dear, "budget")
        arguments = self.arguments(fact)
        if isinstance(arguments, Missing):
            return arguments
        try:
            return Known(fact.function(*arguments))
        except Absent as why:
            return Missing(str(why), "ordinary" if why.ordinary else "absent", why.details)
        except TargetError as why:
            return Missing(str(why))
        except Broken as broken:
            self.trouble.broken.setdefault((broken.span.path, broken.message), broken)
            return Missing(f"{broken.span.path} cannot be read", "broken")
        except Exception as error:  # noqa: BLE001 - a plug-in's fault must not take the others' results along
            return Missing(self.crashed(fact, error), "crashed")

    def _too_dear(self, fact: Fact) -> str | None:
        source = self._known.get(Source) if fact.local < fact.cost else None
        cost = fact.local if isinstance(source, Known) and source.value.kind in ("folder", "cache") else fact.cost
        if cost > self.limits.budget:
            return f"needs --budget {cost}"
        if fact.cost is Cost.NETWORK and self.limits.offline:
            return "needs the network"
        return None

    def arguments(self, record: Declared) -> list[Any] | Missing:
        """The facts that a function asks for, in order, or why it cannot be called."""
        values: list[Any] = []
        for need in record.needs:
            found = self.look_up(need.kind)
            if isinstance(found, Known):
                values.append(found.value)
            elif need.optional and found.kind in ("absent", "ordinary", "budget"):
                values.append(None)
            else:
                return found
        return values

    def run(self, record: Declared, options: Mapping[str, Any] | None = None, *, of: type[T]) -> list[T] | Missing:
        """Everything that a rule or a signal yields, each an ``of``; or why it was not called."""
        arguments = self.arguments(record)
        if isinstance(arguments, Missing):
            return arguments
        try:
            said = list(cast("Callable[..., Iterator[T]]", record.function)(*arguments, **_typed(options)) or ())
        except Absent as why:  # another checkpoint that it asked for cannot be told of
            return Missing(str(why), "ordinary" if why.ordinary else "absent")
        except Exception as error:  # noqa: BLE001 - see above
            return Missing(self.crashed(record, error), "crashed")
        wrong = next((one for one in said if not isinstance(one, of)), None)
        if wrong is not None:
            fault = TypeError(f"it yielded {type(wrong).__name__} where {of.__name__} is expected")
            return Missing(self.crashed(record, fault), "crashed")
        return said

    def crashed(self, record: Declared, error: Exception) -> str:
        """Note a crash; gives the reason for those who depend on it."""
        what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        self.trouble.crashes.append(Crash(record.name, record.plugin, what, "".join(traceback.format_exception(error))))
        return f"{record.name} crashed"

    def _signals(self) -> Iterator[Weighed]:
        for name, signal in sorted(self.registry.signals.items()):
            if name in self.limits.ignored:
                self.skipped_signals[name] = Missing("ignored")
                continue
            said = self.run(signal, of=Evidence)
            if isinstance(said, Missing):
                self.skipped_signals[name] = said
                continue
            for evidence in said:
                yield Weighed(name, signal.group, evidence)


def _typed(options: Mapping[str, Any] | None) -> dict[str, Any]:
    """Options as their rule annotates them: what TOML calls a list is a tuple here."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in (options or {}).items()}
