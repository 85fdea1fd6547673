"""A checkpoint of which nothing is at hand but its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from modelcheck.errors import Absent
from modelcheck.hooks import hookimpl
from modelcheck.sources import Access, Source
from modelcheck.sources.target import Target


class NamedSource:
    """Only a name. Every file is absent, and ``reason`` says why. The kind tells whose names it is one of."""

    def __init__(
        self, name: str, revision: str | None = None, reason: str = "only the name is known", *, kind: str = "name"
    ) -> None:
        self.kind = kind
        self.name = name
        self.revision = revision
        self.reason = reason

    def files(self) -> Mapping[str, int | None]:
        """Nothing is known of the files."""
        raise Absent(self.reason)

    def read(self, path: str, limit: int) -> NoReturn:  # noqa: ARG002 - the protocol's signature
        """Nothing can be read."""
        raise Absent(self.reason)

    def read_range(self, path: str, start: int, length: int) -> NoReturn:  # noqa: ARG002 - the protocol's signature
        """Nothing can be read."""
        raise Absent(self.reason)

    def shown(self, path: str) -> str:
        """The path itself."""
        return path


@hookimpl(trylast=True)
def modelcheck_open(target: Target, access: Access) -> Source | None:
    """The last resort without a network: a Hub id that is not in the cache is judged by its name."""
    if target.kind == "hub" and target.id is not None and not access.network:
        return NamedSource(target.id, target.revision, "only the name is known: offline, and not in the Hub's cache")
    return None
