"""Regular expressions that are compiled when they are first used.

A hook imports every reader and every signal and uses few of them; compiling all their patterns would cost it a tenth of its time.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _Lazy:
    """Stands in for a compiled pattern: what is asked of it, it asks of the real one, once for each name."""

    def __init__(self, source: str, flags: int) -> None:
        self._source = source
        self._flags = flags
        self._pattern: re.Pattern[str] | None = None

    def __getattr__(self, name: str) -> Any:
        if self._pattern is None:
            self._pattern = re.compile(self._source, self._flags)
        value = getattr(self._pattern, name)
        setattr(self, name, value)  # found there from now on, without coming through here
        return value


def lazy(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """As ``re.compile``, but a pattern that is wrong is told of at its first use only."""
    return cast("re.Pattern[str]", _Lazy(pattern, flags))
