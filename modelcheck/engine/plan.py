"""Which files will be read for some functions, by what their facts declare: a source on the network fetches these together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import filter as filter_names

from modelcheck.declarations import Declared, Fact
from modelcheck.engine.store import FactStore
from modelcheck.facts.file_listing import FileListing
from modelcheck.handles import AllEvidence
from modelcheck.sources import Fetching

_TEMPLATES = frozenset(("chat_template.jinja", "tokenizer_config.json", "chat_template.json"))
"""Files that may hold a chat template: the process that renders it takes as long to start as the files to come."""
_MOST = 32
"""Files of one pattern; the others are fetched when they are read."""


def fetch(store: FactStore, source: Fetching, functions: Iterable[Declared], kinds: Iterable[type]) -> None:
    """Begin to fetch what the facts of ``functions``, and the facts ``kinds``, read of a checkpoint.

    Only facts that the run can afford are counted. What fails is raised for the fact that reads it.
    """
    listing = store.get(FileListing)
    if listing is None:
        return
    facts = [store.registry.facts[kind] for kind in _facts(store, functions, kinds)]
    source.fetch(tuple(dict.fromkeys(_files(facts, listing.sizes))))
    if not _TEMPLATES.isdisjoint(listing.sizes):
        from modelcheck.sandbox.client import prepare

        prepare()
    for fact in facts:  # imported while the answers are awaited
        _ = fact.function


def _files(facts: Iterable[Fact], sizes: Mapping[str, int | None]) -> Iterator[str]:
    """The paths in the order in which they are asked for first; some more than once."""
    for fact in facts:
        for pattern in fact.reads:
            if pattern in sizes:
                yield pattern
            elif "*" in pattern:
                yield from sorted(filter_names(sizes, pattern))[:_MOST]


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
