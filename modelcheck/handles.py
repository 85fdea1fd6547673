"""What a fact or a rule may ask for besides facts: all evidence, and access to other checkpoints."""

from __future__ import annotations

from typing import Protocol, TypeVar

from modelcheck.findings import Weighed
from modelcheck.sources import Source
from modelcheck.verdict import Verdict

T = TypeVar("T")


class AllEvidence(tuple[Weighed, ...]):
    """The evidence of every signal for a checkpoint: a fact that the engine makes by running them all."""


class Checkpoints(Protocol):
    """Access to other checkpoints, such as the parent of an adapter. Each is opened once in a run; chains are cut off.

    A rule about a use may also give the path of a folder in the scanned tree, which comes before a Hub id of the same name.
    """

    def verdict(self, id_: str, revision: str | None) -> Verdict:
        """The verdict on another checkpoint of the Hub, under the run's own budget. Raises Absent."""

    def named(self, name: str) -> Verdict:
        """The verdict by name alone, of a Hub id or the end of a path. Does not use the network. Raises Absent."""

    def missing(self, id_: str, revision: str | None) -> bool:
        """Whether the Hub answered that the checkpoint does not exist or is private. False if it was not asked."""

    def fact(self, kind: type[T], id_: str, revision: str | None) -> T | None:
        """A fact of another checkpoint of the Hub; None if it is absent or the Hub cannot be reached. Raises Absent as above."""


class Expected(Protocol):
    """The checkpoint that a server is expected to serve (``--expect``): it is opened when it is first asked for."""

    @property
    def text(self) -> str:
        """The target, as it was given."""

    @property
    def source(self) -> Source:
        """Where its files are. Raises TargetError if it cannot be opened, or is no checkpoint."""

    def fact(self, kind: type[T]) -> T | None:
        """A fact of it; None if that is missing. Raises TargetError as above."""

    def why_missing(self, kind: type) -> str:
        """Why a fact of it is missing; empty if it is not. Raises TargetError as above."""

    def over_budget(self, kind: type) -> bool:
        """Whether a fact of it is missing because the run's budget does not allow it. Raises TargetError as above."""
