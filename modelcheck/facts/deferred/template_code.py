"""What the code of each chat template does, from its syntax tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelcheck.declarations import fact
from modelcheck.facts.chat_template import ChatTemplate, Place
from modelcheck.records import record
from modelcheck.sandbox import Problem

Seen = tuple[int, str]
"""A line of the template and what is there."""


@record()
class PlaceCode:
    """``undeclared`` are the variables that it takes, ``asked`` those that it tests before use, ``sets`` those that it sets.

    ``code`` is access to Python internals, ``triggers`` are conditions on a user's text or on the date, ``dates`` calls for the
    current date, ``addresses`` web addresses that it writes. ``words`` are the control words in it with their first lines,
    ``compared`` those that it only searches for. ``problem`` is why it could not be inspected.
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


@record()
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
