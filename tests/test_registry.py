from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from modelcheck.errors import PluginError
from modelcheck.facts.model_use import ModelUse
from modelcheck.findings import Cost, Finding
from modelcheck.registry import Registry, fact, rule
from modelcheck.signatures import read_signature
from modelcheck.sources import Source


@dataclass(frozen=True, slots=True)
class Cheap:
    text: str


@dataclass(frozen=True, slots=True)
class Dear:
    text: str


@dataclass(frozen=True, slots=True)
class OfUse:
    text: str


@fact()
def cheap(source: Source) -> Cheap:
    return Cheap(source.name)


@fact(cost="generate")
def dear(cheap: Cheap) -> Dear:
    return Dear(cheap.text)


@fact()
def of_use(use: ModelUse) -> OfUse:
    return OfUse(use.model)


def registry(*functions: Any) -> Registry:
    made = Registry(roots=(Source,), per_use=(ModelUse,))
    for function in functions:
        made.add(function)
    made.check()
    return made


@rule(severity="note", since="0.1")
def plain(cheap: Cheap, *, most: int = 3, words: tuple[str, ...] = ()) -> Iterator[Finding]:
    """A title.

    A text.
    """
    yield Finding(f"{cheap.text} {most} {words}")


def test_a_rule_stays_a_function() -> None:
    assert [finding.message for finding in plain(Cheap("x"), most=1)] == ["x 1 ()"]


def test_name_cost_scope_and_options_come_from_the_signature() -> None:
    @rule(severity="error", since="0.1")
    def needs_dear(dear: Dear, use: OfUse) -> Iterator[Finding]:
        yield from ()

    @rule(severity="error", since="0.1")
    def may_have_dear(dear: Dear | None, cheap: Cheap) -> Iterator[Finding]:
        yield from ()

    made = registry(cheap, dear, of_use, plain, needs_dear, may_have_dear)
    rules = {name.rpartition("/")[2]: found for name, found in made.rules.items()}
    assert set(rules) == {"plain", "needs-dear", "may-have-dear"}
    assert made.cost(rules["needs-dear"]) is Cost.GENERATE
    assert made.cost(rules["may-have-dear"]) is Cost.FILES, "what is optional makes nothing dearer"
    assert made.scope(rules["needs-dear"]) == "use"
    assert made.scope(rules["plain"]) == "checkpoint"
    assert [(option.name, option.default, option.type_name) for option in rules["plain"].options] == [
        ("most", 3, "integer"),
        ("words", (), "list of strings"),
    ]


def test_a_fact_that_nobody_makes_is_refused_with_the_known_ones() -> None:
    @rule(severity="note", since="0.1")
    def asks(dear: Dear) -> Iterator[Finding]:
        yield from ()

    with pytest.raises(PluginError, match=r"asks for Dear, which nobody makes. Known facts: .*Cheap"):
        registry(cheap, asks)


@dataclass(frozen=True)
class Hen:
    pass


@dataclass(frozen=True)
class Egg:
    pass


def test_a_cycle_is_refused_with_its_chain() -> None:
    @fact()
    def hen(egg: Egg) -> Hen:
        return Hen()

    @fact()
    def egg(hen: Hen) -> Egg:
        return Egg()

    with pytest.raises(PluginError, match="Hen → Egg → Hen"):
        registry(hen, egg)


def test_two_things_of_one_name_are_refused() -> None:
    @rule(severity="note", since="0.1")
    def plain(cheap: Cheap) -> Iterator[Finding]:
        yield from ()

    made = registry(cheap, globals()["plain"])
    made.plugin = "another"
    with pytest.raises(PluginError, match="both modelcheck and another bring"):
        made.add(plain)


def no_type(x):  # type: ignore[no-untyped-def]
    pass


def two_facts(x: Cheap | Dear) -> None:
    pass


def stars(*x: Cheap) -> None:
    pass


def odd_option(x: Cheap, *, y: dict[str, int]) -> None:
    pass


def no_default(x: Cheap, *, y: int) -> None:
    pass


def unknown_name(x: Nowhere) -> None:  # type: ignore[name-defined]  # noqa: F821
    pass


def no_class(x: "list[str]") -> None:  # noqa: UP037
    pass


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (no_type, "no type"),
        (two_facts, "one fact or None"),
        (stars, "neither a fact nor an option"),
        (odd_option, "must be bool, int"),
        (no_default, "no default"),
        (unknown_name, "annotation cannot be read"),
    ],
)
def test_a_signature_that_says_too_little_is_refused(function: Any, says: str) -> None:
    with pytest.raises(PluginError, match=says):
        read_signature(function)


def test_a_function_without_a_mark_is_refused() -> None:
    with pytest.raises(PluginError, match="carries none of"):
        Registry().add(no_type)
