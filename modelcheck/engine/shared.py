"""What all targets of a run share. Each part has a module of its own; this one composes them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from modelcheck.config import Settings
from modelcheck.engine.checkpoints import CheckpointTable
from modelcheck.engine.expected import ExpectedCheckpoint
from modelcheck.engine.faults import ReportedFaults
from modelcheck.engine.nested import NestedSelections
from modelcheck.engine.opening import Opener, Opening
from modelcheck.engine.references import References
from modelcheck.engine.related import RelatedCheckpoints
from modelcheck.engine.selection import Selection
from modelcheck.engine.store import FactStore, Limits, Missing
from modelcheck.errors import PluginError
from modelcheck.findings import Cost
from modelcheck.handles import Checkpoints, Expected
from modelcheck.probe import ProbeOptions
from modelcheck.records import replace
from modelcheck.registry import Registry
from modelcheck.sources import Access, Answering, Source, WithFacts
from modelcheck.sources.slots import Slots

if TYPE_CHECKING:
    from modelcheck.engine.lock.file import Locked


class Shared:
    """One run's settings, rules and checkpoints. ``locked`` are the entries of a lock, by key, if the settings name no file.

    At most ``jobs`` requests are sent at a time, or as many as ``slots`` allow, which other runs of this process may share. At
    most so many ``processes`` read the files of a large folder.
    """

    def __init__(
        self,
        registry: Registry,
        opener: Opener,
        settings: Settings,
        jobs: int = 1,
        locked: Mapping[str, Locked] | None = None,
        slots: Slots | None = None,
        processes: int = 1,
    ) -> None:
        self.registry = registry
        self.processes = processes
        self.settings = settings
        network = not settings.offline and settings.budget >= Cost.NETWORK
        self.access = access = Access(network, settings.timeout, slots or Slots(jobs))
        access.model, access.stdin_name, access.name = settings.model, settings.stdin_name, settings.name
        self.limits = Limits(settings.budget, not access.network, frozenset(settings.ignore))
        self.locked = locked if settings.lock is None else _read(settings.lock)
        self.selection = Selection(registry, settings)
        self.nested = NestedSelections(registry, settings, self.selection)
        self.opening = Opening(opener, access)
        self.references = References(self.opening, self.locked)
        self.checkpoints = CheckpointTable(self._make_store)
        self.expected = ExpectedCheckpoint(settings.expect, self.opening, self.checkpoints) if settings.expect else None
        self.faults = ReportedFaults()
        self._known = _known(settings.against) if settings.against else {}

    def prepare(self) -> None:
        """Import what judging any checkpoint needs. A mistake in it is raised when that is asked for."""
        with suppress(PluginError):
            self.registry.complete()

    def _expected(self, source: Source) -> ExpectedCheckpoint | Missing:
        if not isinstance(source, Answering):
            return Missing("it is not a server", "ordinary")
        return self.expected or Missing("no --expect names what should be served", "ordinary")

    def _make_store(self, source: Source, chain: tuple[str, ...], same_for_all: FactStore | None) -> FactStore:
        # A server is judged by its answers only, so naming one allows the requests.
        limits = replace(self.limits, budget=Cost.GENERATE) if isinstance(source, Answering) else self.limits
        related = RelatedCheckpoints(self.references, self.checkpoints, chain)
        ready = source.facts if isinstance(source, WithFacts) else {}
        expected = self._expected(source)
        given: dict[type, object] = {Source: source, Checkpoints: related, Expected: expected, ProbeOptions: self.settings.probe}
        given |= {**self._known, **ready}
        own, opened_by = self.registry.of_asker, self.opening.opened_by(source)
        return FactStore(self.registry, limits, given, same_for_all, own, opened_by)


def _read(lock: Path) -> Mapping[str, Locked]:
    from modelcheck.engine.lock.file import read_lock

    return read_lock(lock)


def _known(file: Path) -> dict[type, object]:
    from modelcheck.facts.known_weights import KnownWeights, read_known

    return {KnownWeights: read_known(file)}
