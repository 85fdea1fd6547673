"""Regular expressions that are compiled at first use.

A hook imports all readers and signals and uses few of them; compiling all patterns would take a tenth of its time.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _Lazy:
    """A proxy for a compiled pattern; compiles it at the first access and caches each attribute."""

    def __init__(self, source: str, flags: int) -> None:
        self._source = source
        self._flags = flags
        self._pattern: re.Pattern[str] | None = None

    def __getattr__(self, name: str) -> Any:
        if self._pattern is None:
            self._pattern = re.compile(self._source, self._flags)
        value = getattr(self._pattern, name)
        setattr(self, name, value)  # later accesses do not reach __getattr__
        return value


def lazy(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """As ``re.compile``, but an invalid pattern raises at first use, not at import."""
    return cast("re.Pattern[str]", _Lazy(pattern, flags))
