"""The checkpoint that a server is expected to serve."""

from __future__ import annotations

from functools import cached_property
from typing import TypeVar, cast

from modelcheck.engine.checkpoints import CheckpointTable
from modelcheck.engine.opening import Opening
from modelcheck.engine.store import Missing
from modelcheck.errors import Broken, TargetError
from modelcheck.sources import Answering, Source

T = TypeVar("T")


class ExpectedCheckpoint:
    """The checkpoint ``text`` names, with its facts; opened when it is first asked for."""

    def __init__(self, text: str, opening: Opening, table: CheckpointTable) -> None:
        self.text = text
        self._opening = opening
        self._table = table

    @cached_property
    def source(self) -> Source:
        """Return where its files are. Raises TargetError."""
        try:
            _, source = self._opening.read(self.text)
        except TargetError as error:
            raise TargetError(error.kind, f"--expect: {error}") from None
        except Broken as broken:
            raise TargetError("unreadable", f"--expect: {self.text} {broken}") from None
        if source is None or isinstance(source, Answering):
            raise TargetError("not-found", f"--expect: {self.text} is not a checkpoint")
        if source.kind == "name":
            raise TargetError("not-found", f"--expect: of {self.text} only the name is known, which says nothing about its tokens")
        return source

    def fact(self, kind: type[T]) -> T | None:
        """Return a fact of it. Raises TargetError if it cannot be opened."""
        return cast("T | None", self._table.facts(self.source).get(kind))

    def why_missing(self, kind: type) -> str:
        """Return why a fact of it is missing; empty if it is not. Raises TargetError."""
        missing = self._missing(kind)
        return missing.reason if missing else ""

    def over_budget(self, kind: type) -> bool:
        """Return whether a fact of it is missing because the budget does not allow it. Raises TargetError."""
        missing = self._missing(kind)
        return missing is not None and missing.kind == "budget"

    def _missing(self, kind: type) -> Missing | None:
        found = self._table.facts(self.source).look_up(kind)
        return found if isinstance(found, Missing) else None
