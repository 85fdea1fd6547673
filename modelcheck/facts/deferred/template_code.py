"""What the code of each chat template does, from its syntax tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from modelcheck.facts.chat_template import ChatTemplate, Place
from modelcheck.registry import fact
from modelcheck.sandbox import Problem

Seen = tuple[int, str]
"""A line of the template and what is there."""


@dataclass(frozen=True, slots=True, eq=False)
class PlaceCode:
    """``undeclared`` are the variables that it takes, ``asked`` those that it tests before use, ``sets`` those that it sets.

    ``code`` reaches for Python's inside, ``triggers`` are conditions on what a user wrote or on the date, ``dates`` calls for
    today's date, ``addresses`` what it writes of the web. ``words`` are the control words in it with their first lines,
    ``compared`` those that it looks for. ``problem`` is why nothing of it is known.
    """

    place: Place
    undeclared: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    sets: frozenset[str] = frozenset()
    code: tuple[Seen, ...] = ()
    triggers: tuple[Seen, ...] = ()
    dates: tuple[Seen, ...] = ()
    addresses: tuple[Seen, ...] = ()
    words: Mapping[str, int] | None = None
    compared: frozenset[str] = frozenset()
    problem: Problem | None = None

    def takes(self, variable: str) -> bool:
        """Whether it reads a variable that engines pass, such as ``tools``."""
        return variable in self.undeclared or variable in self.asked


@dataclass(frozen=True, slots=True, eq=False)
class TemplateCode:
    """``places`` in the order of the templates, each different text once; ``chosen`` belongs to the template in use."""

    places: tuple[PlaceCode, ...]

    @property
    def chosen(self) -> PlaceCode:
        """The template that a chat without tools is formatted with."""
        return self.places[0]


@fact(cost="files")
def template_code(template: ChatTemplate) -> TemplateCode:
    """Of all templates: a server can be configured to use any of them."""
    unique = {place.text: place for place in (*reversed(template.places), template.chosen)}
    return TemplateCode(tuple(_code(place) for place in reversed(unique.values())))


def _code(place: Place) -> PlaceCode:
    from modelcheck.sandbox.client import inspect

    _, found = inspect(place.text)
    if isinstance(found, Problem):
        return PlaceCode(place, problem=found)
    return PlaceCode(
        place, tuple(found["undeclared"]), tuple(found["asked"]), frozenset(found["set"]), _seen(found["code"]),
        _seen(found["triggers"]), _seen(found["dates"]), _seen(found["addresses"]), found["words"], frozenset(found["compared"]),
    )  # fmt: skip


def _seen(pairs: list[Any]) -> tuple[Seen, ...]:
    return tuple((line, what) for line, what in pairs)
