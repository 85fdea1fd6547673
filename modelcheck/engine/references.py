"""The source that a reference stands for: a Hub id, a folder of the scanned tree, a plug-in's scheme, or a name alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from modelcheck.engine.opening import Opening
from modelcheck.errors import Broken, TargetError
from modelcheck.facts.model_use import ModelUse
from modelcheck.sources import Source, Tree
from modelcheck.sources.named import NamedSource
from modelcheck.sources.target import SCHEME, Target

if TYPE_CHECKING:
    from modelcheck.engine.lock.file import Locked


def key(id_: str, revision: str | None) -> str:
    """Return the key of a checkpoint in the lock."""
    return f"{id_}@{revision}" if revision else id_


class References:
    """Resolves references. ``locked`` are the entries of the lock that replaces the network in a run, by key."""

    def __init__(self, opening: Opening, locked: Mapping[str, Locked] | None) -> None:
        self._opening = opening
        self._locked = locked

    def hub(self, id_: str, revision: str | None) -> Source:
        """Return a Hub checkpoint, or its entry in the lock of a run that has one; its name alone if it cannot be opened."""
        if self._locked is not None:
            return self._of_lock(self._locked, id_, revision)
        try:
            source = self._opening.open(Target(id_, "hub", id=id_, revision=revision))
        except TargetError as error:
            return NamedSource(id_, revision, f"only the name is known: {error}")
        return source or NamedSource(id_, revision)

    def of_target(self, source: Source) -> Source:
        """Return a target's source; of a Hub id of which only the name is known, the entry in the lock of a run that has one."""
        known = self._locked is not None and source.kind == "name" and (self._locked.keys() & {key(source.name, source.revision)})
        return self.hub(source.name, source.revision) if known else source

    @staticmethod
    def _of_lock(locked: Mapping[str, Locked], id_: str, revision: str | None) -> Source:
        from modelcheck.engine.lock.file import FILE
        from modelcheck.engine.lock.source import LockedSource

        entry = locked.get(key(id_, revision))
        if entry:
            return LockedSource(id_, revision, entry)
        return NamedSource(id_, revision, f"{key(id_, revision)} is not in {FILE}: run `modelcheck lock`")

    def missing(self, id_: str, revision: str | None) -> bool:
        """Whether the Hub was asked for a checkpoint and does not have it."""
        error = self._failure(id_, revision)
        return error is not None and error.kind == "not-found"

    def not_asked(self, id_: str, revision: str | None) -> str | None:
        """Why the Hub could not be asked for a checkpoint: unreachable, too slow or out of order. None if it answered."""
        error = self._failure(id_, revision)
        return None if error is None or error.kind in ("not-found", "gated") else str(error)

    def _failure(self, id_: str, revision: str | None) -> TargetError | None:
        """Why a checkpoint could not be opened; None if it was, or if the run has a lock and opens none."""
        if self._locked is None:
            try:
                self._opening.open(Target(id_, "hub", id=id_, revision=revision))
            except TargetError as error:
                return error
        return None

    def of_use(self, use: ModelUse, tree: Source) -> Source | None:
        """Return the checkpoint that a use names; its name alone if it cannot be opened, None if that is unknown too."""
        if use.target is None:
            return self._other(use)
        if use.target.startswith("ollama://"):
            return NamedSource(use.target.removeprefix("ollama://"), reason="a name of Ollama's library", kind="ollama")
        if use.target.startswith("."):
            folder = tree.folder(use.target) if isinstance(tree, Tree) else None
            name = PurePosixPath(tree.name, use.target).name
            return folder or NamedSource(name, reason="a folder that is not in the scanned tree")
        return self.hub(use.target, use.revision)

    def _other(self, use: ModelUse) -> Source | None:
        """What is neither of the Hub nor in the tree: a plug-in may own its scheme."""
        if SCHEME.fullmatch(use.model):
            try:
                source = self._opening.open(Target(use.model, "other", id=use.model, revision=use.revision))
            except (TargetError, Broken) as error:
                name = use.name_only or PurePosixPath(use.model).name
                return NamedSource(name, use.revision, f"only the name is known: {error}")
            if source:
                return source
        return NamedSource(use.name_only, reason="a path that only the deployed machine knows") if use.name_only else None
