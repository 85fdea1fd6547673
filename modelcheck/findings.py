"""The words that everything speaks: costs, severities, places, findings, fixes and evidence."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Literal

SubLabel = Literal["reasoning", "instruct-without-chat-format", "rl-zero", "adapter", "merge", "domain-continued"]


class _Named(enum.IntEnum):
    """An ordered choice that is written in lower case."""

    @classmethod
    def named(cls, text: str) -> _Named:
        """The member written as ``text``; raises KeyError."""
        return cls[text.upper()]

    def __str__(self) -> str:
        return self.name.lower()


class Cost(_Named):
    """What it takes to make a fact, cheapest first. A run's budget is one of these."""

    FILES = 0
    """Small files at hand: a local folder, the Hub's cache, what the Hub sends for a checkpoint that was asked for."""
    NETWORK = 1
    """Questions to the Hub beyond the checkpoint itself."""
    WEIGHTS = 2
    """Bytes of the weights, no model loaded."""
    GENERATE = 3
    """The model loaded and run."""


class Severity(_Named):
    """How much a finding matters: advice, a likely mistake, or something that fails or misleads at run time."""

    NOTE = 0
    WARNING = 1
    ERROR = 2


class Confidence(_Named):
    """How sure a finding is of itself."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2


class Axis(enum.StrEnum):
    """What a piece of evidence speaks about."""

    STAGE = "stage"
    """Base (negative) or instruct (positive)."""
    TASK = "task"
    """Writes text (negative) or does something else, such as embedding (positive)."""


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a file: lines and columns count from 1 in characters; the end is exclusive; None is the whole file or line."""

    path: str
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace what stands at ``at`` (a span with an end) by ``replacement``; only ``expected``, if that is given."""

    at: Span
    replacement: str
    expected: str | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """A mend: what it does, the edits that do it, and whether it is certain to be right."""

    title: str
    edits: tuple[Edit, ...] = ()
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault that a rule saw. The rule's name, its severity and the target are put on it by the engine."""

    message: str
    at: Span | None = None
    confidence: Confidence = Confidence.HIGH
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observation about a checkpoint.

    ``weight`` is a log-likelihood ratio in nats: on the stage axis positive toward instruct and negative toward base, on the
    task axis positive toward a model that does something other than write text. 0 is worth showing but decides nothing.
    ``because`` says in words that a person understands what was seen. ``kind`` names it among what the signal can see: where
    the fitted table has a row for it, that row's weight counts, and ``weight`` is the judgement that the fit began with.
    ``sub_label`` is what the verdict also says of the checkpoint where this was seen.
    """

    weight: float
    because: str
    at: Span | None = None
    axis: Axis = Axis.STAGE
    kind: str = ""
    sub_label: SubLabel | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """Evidence with the name and the dependence group of the signal that gave it."""

    signal: str
    group: str
    evidence: Evidence
