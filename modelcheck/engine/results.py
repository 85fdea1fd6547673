"""What functions of plug-ins yield, before it is reported: places that no file has, and more than anybody reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar

from modelcheck.code_places import place_in, place_of, yielded
from modelcheck.declarations import Declared
from modelcheck.documents import TextFile
from modelcheck.documents.yamlfile import YamlFile
from modelcheck.engine.found import Found, checked
from modelcheck.engine.places import Places, of_text
from modelcheck.errors import Exceeded, PluginError
from modelcheck.facts.model_use import ModelUse
from modelcheck.findings import Evidence, Finding, Span
from modelcheck.records import replace

T = TypeVar("T")
MOST = 1000
"""Findings of one rule on one target."""
_LONGEST = 2000
"""Characters of a message."""


class Enough(Exception):  # noqa: N818 - not an error: the rest is left out
    """Raised after the last result that counts."""


class Results:
    """The results of one call, each put right. ``tell`` gets what is wrong; ``places`` are those of the files that are scanned."""

    def __init__(
        self, record: Declared, tell: Callable[[PluginError], None], places: Callable[[], Places | None] = lambda: None
    ) -> None:
        self._record = record
        self._tell = tell
        self._places = cache(places)
        self._count = 0

    def of(self, made: Iterable[Any] | None, check: Callable[[object], T]) -> list[T]:
        """What the function yields, each checked and put right."""
        found: list[T] = []
        with suppress(Enough):
            found.extend(yielded(made, lambda one: self.right(check(one), place_in(made))))
        return found

    def right(self, one: T, place: Span | None) -> T:
        """The result as it is reported; ``place`` is the line that yielded it. Raises Enough."""
        self._count += 1
        if self._count > MOST:
            self.wrong(f"yields more than {MOST:,} times, and what follows is left out", place, "Yield one for each kind of fault")
            raise Enough
        fixed: Any = one
        if isinstance(one, Finding) and len(one.message) > _LONGEST:
            self.wrong(
                f"yields a message of {len(one.message):,} characters, which is cut", place, "Say in a sentence what is wrong"
            )
            fixed = replace(one, message=f"{one.message[:_LONGEST]}…")
        if isinstance(one, Finding) and not one.message.strip():
            self.wrong("yields an empty message, and the title of its page stands for it", place, "Say in a sentence what is wrong")
            fixed = replace(one, message=self._record.page.title or self._record.name)
        places = self._places() if isinstance(one, Finding | Evidence) and one.at is not None else None
        problem = places.problem(fixed.at) if places else None
        if problem:
            self.wrong(f"yields a place that is not there: {problem[0]}", place)
            fixed = replace(fixed, at=problem[1])
        return fixed  # type: ignore[no-any-return]

    def exceeded(self, why: Exceeded) -> None:
        """Tell that the function took more than it may."""
        message = str(why).replace("is nested", "calls itself")
        self.wrong(f"{message}, and what it finds is left out", None, "Bound what it does")

    def wrong(self, message: str, place: Span | None = None, hint: str = "") -> None:
        """Tell of a mistake, at ``place`` or where the function begins."""
        at = place or place_of(self._record.function)
        self._tell(PluginError(f"{self._record.name} {message}", plugin=self._record.plugin, at=at, hint=hint))


def uses_of(
    reader: Declared, made: Iterable[Any] | None, arguments: list[Any], shown: str, tell: Callable[[PluginError], None]
) -> Iterator[Found]:
    """What a reader of a plug-in yields for the file that is shown as ``shown``, with places that the file has."""
    text = next((one.text for one in arguments if isinstance(one, TextFile | YamlFile)), "")
    places, results = of_text(shown, text), Results(reader, tell)
    for found in yielded(made, checked):
        problem = places.problem(found.at) if isinstance(found, ModelUse) else None
        if problem:
            results.wrong(f"yields a place that is not there: {problem[0]}", place_in(made))
        yield replace(found, at=problem[1] or Span(shown)) if problem and isinstance(found, ModelUse) else found
