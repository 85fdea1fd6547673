"""Which files will be read for some functions, by what their facts declare: a source on the network fetches these together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import islice

from modelcheck.declarations import Declared
from modelcheck.engine.store import FactStore
from modelcheck.facts.file_listing import FileListing
from modelcheck.handles import AllEvidence
from modelcheck.sources import Fetching, Source

_MOST = 32
"""Files of one pattern; the others are fetched when they are read."""


def fetch(store: FactStore, functions: Iterable[Declared], kinds: Iterable[type] = ()) -> None:
    """Begin to fetch what the facts of ``functions``, and the facts ``kinds``, read of a checkpoint, if its source can.

    Only facts that the run can afford are counted. What fails is raised for the fact that reads it.
    """
    source = store.get(Source)  # type: ignore[type-abstract] # the protocol is the key
    if not isinstance(source, Fetching):
        return
    listing = store.get(FileListing)
    if listing is not None:
        source.fetch(tuple(dict.fromkeys(_files(store, functions, kinds, listing.sizes))))


def _files(
    store: FactStore, functions: Iterable[Declared], kinds: Iterable[type], sizes: Mapping[str, int | None]
) -> Iterator[str]:
    """The paths in the order in which they are asked for first; some more than once."""
    for kind in _facts(store, functions, kinds):
        for pattern in store.registry.facts[kind].reads:
            if pattern in sizes:
                yield pattern
            elif "*" in pattern:
                yield from islice((path for path in sorted(sizes) if fnmatchcase(path, pattern)), _MOST)


def _facts(store: FactStore, functions: Iterable[Declared], kinds: Iterable[type]) -> Iterable[type]:
    """The facts that will be made, in the order in which the functions ask for them."""
    walk = _Walk(store)
    for kind in kinds:
        walk.made(kind)
    for function in functions:
        walk.called(function)
    return (kind for kind, made in walk.known.items() if made)


class _Walk:
    """Through facts that need facts. ``known`` says of each whether it can be made, as far as the budget goes."""

    def __init__(self, store: FactStore) -> None:
        self._store = store
        self.known: dict[type, bool] = {}

    def made(self, kind: type) -> bool:
        """Whether a fact can be made: one that is too expensive is not, nor one that requires such a fact."""
        if kind is AllEvidence:
            for name, signal in sorted(self._store.registry.signals.items()):
                if name not in self._store.limits.ignored:
                    self.called(signal)
        fact = self._store.registry.facts.get(kind)
        if fact is None:
            return True
        if kind not in self.known:
            self.known[kind] = not self._store.too_expensive(fact) and self.called(fact)
        return self.known[kind]

    def called(self, function: Declared) -> bool:
        """Whether a function can be called. As in a run, nothing more is asked for after a fact that is missing."""
        return all(self.made(need.kind) or need.optional for need in function.needs)
