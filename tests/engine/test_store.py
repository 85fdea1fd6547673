"""Facts are made once, when asked for, within budget; what is missing says why; what crashes is held apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from modelcheck.declarations import fact, rule, signal
from modelcheck.engine.store import FactStore, Limits, Missing
from modelcheck.errors import Absent, Broken
from modelcheck.facts.interface import Interface
from modelcheck.facts.model_use import ModelUse
from modelcheck.findings import Cost, Evidence, Finding, Span
from modelcheck.handles import AllEvidence
from modelcheck.registry import Registry
from modelcheck.sources import Source
from modelcheck.testing import MemorySource


@dataclass(frozen=True)
class A:
    text: str


@dataclass(frozen=True)
class B:
    text: str


def made(*functions: Any, limits: Limits | None = None) -> FactStore:
    registry = Registry(roots=(Source,), per_use=(ModelUse,))
    for function in functions:
        registry.add(function)
    registry.check()
    return FactStore(registry, limits or Limits(), {Source: MemorySource({}, "here")})


def rule_of(store: FactStore, name: str) -> Any:
    return next(found for key, found in store.registry.rules.items() if key.endswith(name))


def test_a_fact_is_made_once_and_only_when_asked_for() -> None:
    calls: list[str] = []

    @fact()
    def a(source: Source) -> A:
        calls.append("a")
        return A(source.name)

    @fact()
    def b(a: A) -> B:
        calls.append("b")
        return B(a.text)

    store = made(a, b)
    assert calls == []
    assert store.get(B) == B("here")
    assert store.get(A) == A("here")
    assert calls == ["a", "b"]


@rule(severity="note", since="0.1")
def asks(a: A) -> Iterator[Finding]:
    yield Finding(a.text)


@rule(severity="note", since="0.1")
def wonders(a: A | None) -> Iterator[Finding]:
    yield Finding(f"there is {a}")


def test_absence_skips_those_who_need_and_not_those_who_wonder() -> None:
    @fact()
    def a(source: Source) -> A:
        raise Absent("no a")

    store = made(a, asks, wonders)
    assert store.run(rule_of(store, "asks"), of=Finding) == Missing("no a")
    assert store.run(rule_of(store, "wonders"), of=Finding) == [Finding("there is None")]


def test_above_the_budget_a_provider_is_never_called() -> None:
    @fact(cost="weights")
    def a(source: Source) -> A:
        raise AssertionError

    store = made(a, asks, wonders)
    assert store.run(rule_of(store, "asks"), of=Finding) == Missing("needs --budget weights", "budget")
    assert store.run(rule_of(store, "wonders"), of=Finding) == [Finding("there is None")]


def test_offline_no_fact_of_the_network_is_made() -> None:
    @fact(cost="network")
    def a(source: Source) -> A:
        return A("asked")

    budget = Cost.GENERATE
    assert made(a, limits=Limits(budget, offline=True)).look_up(A) == Missing("needs the network", "budget")
    assert made(a, limits=Limits(budget, offline=False)).get(A) == A("asked")


def test_a_broken_file_is_noted_once_and_skips_everybody() -> None:
    @fact()
    def a(source: Source) -> A:
        raise Broken(Span("a.json", 3), "is not valid")

    store = made(a, asks, wonders)
    for name in ("asks", "wonders"):
        assert store.run(rule_of(store, name), of=Finding) == Missing("a.json cannot be read", "broken")
    assert [broken.span.line for broken in store.trouble.broken.values()] == [3]


def test_a_crash_is_held_apart_and_names_who_crashed() -> None:
    @fact()
    def a(source: Source) -> A:
        raise ZeroDivisionError("by nought")

    store = made(a, asks)
    missing = store.run(rule_of(store, "asks"), of=Finding)
    assert isinstance(missing, Missing)
    assert missing.kind == "crashed"
    assert [crash.cause for crash in store.trouble.crashes] == ["ZeroDivisionError: by nought"]
    assert "Traceback" in store.trouble.crashes[0].details


def test_what_a_rule_yields_must_be_a_finding() -> None:
    @rule(severity="note", since="0.1")
    def careless(source: Source) -> Iterator[Any]:
        yield "a text"

    store = made(careless)
    store.run(rule_of(store, "careless"), of=Finding)
    assert store.trouble.crashes[0].cause == "TypeError: it yielded str where Finding is expected"


def test_the_evidence_of_all_signals_is_a_fact_and_a_crashed_signal_takes_no_other_along() -> None:
    @signal(group="name")
    def sees(source: Source) -> Iterator[Evidence]:
        yield Evidence(1.0, "seen")

    @signal(group="card")
    def falls(source: Source) -> Iterator[Evidence]:
        raise KeyError("x")

    @signal(group="card")
    def silenced(source: Source) -> Iterator[Evidence]:
        yield Evidence(9.0, "never")

    store = made(sees, falls, silenced)
    ignored = next(name for name in store.registry.signals if name.endswith("silenced"))
    store.limits = Limits(ignored=frozenset({ignored}))
    evidence = store.get(AllEvidence)
    assert evidence is not None
    assert [weighed.evidence.because for weighed in evidence] == ["seen"]
    assert store.skipped_signals[ignored].reason == "ignored"
    assert len(store.trouble.crashes) == 1


def test_facts_of_a_use_live_with_the_use_and_all_others_with_the_checkpoint() -> None:
    calls: list[str] = []

    @fact()
    def a(source: Source) -> A:
        calls.append("a")
        return A(source.name)

    @fact()
    def b(use: ModelUse, a: A) -> B:
        calls.append(use.model)
        return B(use.model + a.text)

    store = made(a, b)
    for name in ("one", "two"):
        use = ModelUse(name, name, name, Span("x"), "test", "test")
        of_use = FactStore(store.registry, store.limits, {ModelUse: use}, parent=store, own=store.registry.of_use)
        assert of_use.get(B) == B(name + "here")
    assert calls == ["a", "one", "two"]
    assert isinstance(store.look_up(B), Missing)


def test_a_rule_whose_other_checkpoint_cannot_be_told_of_is_skipped() -> None:
    @rule(severity="note", since="0.1")
    def asks(source: Source) -> Iterator[Finding]:
        raise Absent(f"nothing is known beside {source.name}")
        yield  # a rule is a generator

    store = made(asks)
    said = store.run(rule_of(store, "asks"), of=Finding)
    assert isinstance(said, Missing)
    assert said.reason == "nothing is known beside here"
    assert not store.trouble.crashes


def test_a_given_fact_without_a_value_is_missing_for_those_who_need_it() -> None:
    """What a lock does not record is not there: a rule that needs it is skipped, one that may do without gets None."""
    store = FactStore(Registry(), Limits(), {Source: MemorySource({}), Interface: None})
    found = store.look_up(Interface)
    assert isinstance(found, Missing)
    assert found.kind == "absent"


def test_what_was_not_given_is_told_before_what_its_fact_would_cost() -> None:
    @fact(cost="generate")
    def b(a: A) -> B:
        return B(a.text)

    registry = Registry(roots=(Source, A), per_use=(ModelUse,))
    registry.add(b)
    registry.check()
    store = FactStore(registry, Limits(), {Source: MemorySource({}, "here"), A: Missing("nobody asked for it", "ordinary")})
    assert store.look_up(B) == Missing("nobody asked for it", "ordinary")
    assert FactStore(registry, Limits(), {A: A("x")}).look_up(B) == Missing("needs --budget generate", "budget")
