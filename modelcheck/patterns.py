"""Regular expressions that are compiled at first use.

A hook imports all readers and signals and uses few of them; compiling all patterns would take a tenth of its time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, AnyStr, cast


class _Lazy:
    """A proxy for a compiled pattern; compiles it at the first access and caches each attribute."""

    def __init__(self, source: Any, flags: int) -> None:
        self._source = source
        self._flags = flags

    @cached_property
    def _compiled(self) -> re.Pattern[Any]:
        return re.compile(self._source, self._flags)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._compiled, name)
        setattr(self, name, value)  # later accesses do not reach __getattr__
        return value


class _Within(_Lazy):
    """A pattern all of whose matches hold one of ``words``, without regard to case. For other texts it is not even compiled."""

    def __init__(self, source: Any, flags: int, words: tuple[Any, ...]) -> None:
        super().__init__(source, flags)
        self._words = words

    def match(self, text: Any, *places: int) -> Any:
        return self._compiled.match(text, *places) if self._may_match(text) else None

    def fullmatch(self, text: Any, *places: int) -> Any:
        return self._compiled.fullmatch(text, *places) if self._may_match(text) else None

    def search(self, text: Any, *places: int) -> Any:
        return self._compiled.search(text, *places) if self._may_match(text) else None

    def sub(self, new: Any, text: Any, count: int = 0) -> Any:
        return self._compiled.sub(new, text, count) if self._may_match(text) else text

    def finditer(self, text: Any, *places: int) -> Iterator[Any]:
        return self._compiled.finditer(text, *places) if self._may_match(text) else iter(())

    def _may_match(self, text: Any) -> bool:
        lowered = text.casefold() if isinstance(text, str) else text.lower()
        return any(word in lowered for word in self._words)


def lazy(pattern: AnyStr, flags: int = 0, *, words: tuple[AnyStr, ...] = ()) -> re.Pattern[AnyStr]:
    """As ``re.compile``, but an invalid pattern raises at first use, not at import.

    Every match holds one of ``words`` (in lower case) if there are any: a text without them is answered without compiling.
    """
    return cast("re.Pattern[AnyStr]", _Within(pattern, flags, words) if words else _Lazy(pattern, flags))
