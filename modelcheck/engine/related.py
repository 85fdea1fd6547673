"""The handle ``Checkpoints``, by which a fact or a rule of one checkpoint asks for another: its parent, say."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TypeVar, cast

from modelcheck.declarations import Declared
from modelcheck.engine.checkpoints import CheckpointTable, identity_of
from modelcheck.engine.references import References
from modelcheck.engine.store import FactStore, Known
from modelcheck.errors import Absent
from modelcheck.handles import Checkpoints
from modelcheck.sources import Fetching, Source, Tree
from modelcheck.sources.named import NamedSource
from modelcheck.verdict import Verdict

_LONGEST_CHAIN = 4
T = TypeVar("T")


class RelatedCheckpoints:
    """The checkpoints that the last one of ``chain`` may ask for; those of a use also by a folder of its tree."""

    def __init__(self, references: References, table: CheckpointTable, chain: tuple[str, ...], tree: Source | None = None) -> None:
        self._references = references
        self._table = table
        self._chain = chain
        self._tree = tree
        self.unread: dict[str, str] = {}
        """The files and checkpoints that could not be had when others were asked for, each with the reason."""

    def in_tree(self, tree: Source) -> RelatedCheckpoints:
        """Return the same, for a file of ``tree``."""
        return RelatedCheckpoints(self._references, self._table, self._chain, tree)

    def verdict(self, id_: str, revision: str | None) -> Verdict:
        """Return the verdict on another checkpoint, by its name if it cannot be opened. Raises Absent after a long chain."""
        return self._verdict(self._reach(id_, revision), id_)

    def named(self, name: str) -> Verdict:
        """Return the verdict on a name alone."""
        return self._verdict(NamedSource(name), name)

    def missing(self, id_: str, revision: str | None) -> bool:
        """Whether the Hub was asked for a checkpoint and does not have it."""
        return self._references.missing(id_, revision)

    def fact(self, kind: type[T], id_: str, revision: str | None) -> T | None:
        """Return a fact of another checkpoint. Raises Absent after a long chain."""
        return self._fact(kind, self._reach(id_, revision), id_)

    def _reach(self, id_: str, revision: str | None) -> Source:
        if len(self._chain) > _LONGEST_CHAIN:
            raise Absent(f"the chain of parents is longer than {_LONGEST_CHAIN}")
        folder = self._tree.folder(id_) if isinstance(self._tree, Tree) else None
        if folder is not None or id_.startswith("."):
            return folder or NamedSource(PurePosixPath(id_).name, reason="a folder that is not in the scanned tree")
        why = self._references.not_asked(id_, revision)
        if why:
            self.unread[id_] = why
        return self._references.hub(id_, revision)

    def _verdict(self, source: Source, id_: str) -> Verdict:
        verdict = self._fact(Verdict, source, id_)
        if verdict is None:
            raise Absent(f"there is no verdict on {id_}")
        return verdict

    def _fact(self, kind: type[T], source: Source, id_: str) -> T | None:
        if identity_of(source) in self._chain:
            raise Absent(f"{id_} and this checkpoint name each other")
        store = self._table.facts(source, self._chain)
        fetch_ahead(store, (), (kind,))
        found = store.get(kind)
        self.unread |= unread(store)
        if store.registry.lenient:
            from modelcheck.read_only import read_only

            return cast("T | None", read_only(found))
        return found


def fetch_ahead(store: FactStore, functions: Iterable[Declared], kinds: Iterable[type]) -> None:
    """Begin to fetch what will be read for some functions and facts, if the source of a checkpoint fetches files."""
    source = store.get(Source)  # type: ignore[type-abstract] # the protocol is the key
    if isinstance(source, Fetching) and source.ahead:
        from modelcheck.engine.plan import fetch

        fetch(store, source, functions, kinds)


def unread(store: FactStore) -> dict[str, str]:
    """Return what could not be had for the facts of a checkpoint so far, with the reason: its files, other checkpoints, theirs."""
    own = {path: str(why) for path, why in store.trouble.unavailable.items() if why.kind != "gated"}
    related = store.look_up(Checkpoints)
    others = related.value.unread if isinstance(related, Known) and isinstance(related.value, RelatedCheckpoints) else {}
    return {**own, **others}
