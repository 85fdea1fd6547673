"""The items that pytest runs for ``--modelcheck-conformance``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modelcheck.testing.conformance.checks import Check, checks
from modelcheck.testing.conformance.pack import load_pack


class ConformanceItem(pytest.Item):
    """One check of a plug-in, as a test."""

    def __init__(self, *, check: Check, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._check = check

    def runtest(self) -> None:
        """Run the check."""
        self._check.run()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show what to do, without the traceback of modelcheck's own code."""
        if isinstance(excinfo.value, AssertionError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return the heading of a failure."""
        return self.path, None, self.name


def items(session: pytest.Session, packs: list[str], targets: list[str]) -> Iterator[pytest.Item]:
    """Return an item for each check. Raises UsageError if a plug-in is not installed or cannot be loaded."""
    for text in packs:
        try:
            pack = load_pack(text)
        except LookupError as error:
            raise pytest.UsageError(f"--modelcheck-conformance: {error.args[0]}") from None
        found = list(checks(pack, tuple(targets)))
        if len(found) == 2:  # imports and mistakes
            raise pytest.UsageError(f"--modelcheck-conformance: the plug-in {pack.name} brings nothing: does it implement a hook?")
        for check in found:
            yield ConformanceItem.from_parent(session, name=f"{pack.name} {check.name}", check=check)
