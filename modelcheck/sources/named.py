"""A checkpoint of which only the name is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from modelcheck.errors import Absent
from modelcheck.hooks import hookimpl
from modelcheck.sources import Access, Source
from modelcheck.sources.target import Target


class NamedSource:
    """Only a name. Every file is absent, and ``reason`` says why. ``kind`` says whose name it is: ``name`` for the Hub's."""

    def __init__(
        self, name: str, revision: str | None = None, reason: str = "only the name is known", *, kind: str = "name"
    ) -> None:
        self.kind = kind
        self.name = name
        self.revision = revision
        self.reason = reason

    def files(self) -> Mapping[str, int | None]:
        """Raises Absent."""
        raise Absent(self.reason)

    def read(self, path: str, limit: int) -> NoReturn:  # noqa: ARG002 - the protocol's signature
        """Raises Absent."""
        raise Absent(self.reason)

    def read_range(self, path: str, start: int, length: int) -> NoReturn:  # noqa: ARG002 - the protocol's signature
        """Raises Absent."""
        raise Absent(self.reason)

    def shown(self, path: str) -> str:
        """Return the path itself."""
        return path


@hookimpl(trylast=True)
def modelcheck_open(target: Target, access: Access) -> Source | None:
    """Open a Hub id by its name if there is no network and it is not in the cache."""
    if target.kind == "hub" and target.id is not None and not access.network:
        return NamedSource(target.id, target.revision, "only the name is known: offline, and not in the Hub's cache")
    return None
