"""Shared data types: costs, severities, places in files, findings, fixes and evidence."""

from __future__ import annotations

import enum
import math
from typing import Literal

from modelcheck.records import record

SubLabel = Literal[
    "reasoning", "instruct-without-chat-format", "rl-zero", "adapter", "merge", "domain-continued", "pretrained-only",
    "mid-trained", "turn-tokens-trained",
]  # fmt: skip


class _Named(enum.IntEnum):
    """An ordered choice, written in lower case."""

    @classmethod
    def named(cls, text: str) -> _Named:
        """Return the member written as ``text``. Raises KeyError."""
        return cls[text.upper()]

    def __str__(self) -> str:
        return self.name.lower()


class Cost(_Named):
    """What it takes to compute a fact, cheapest first. A run's budget is one of these."""

    FILES = 0
    """Small files: of a local folder, of the Hub's cache, or downloaded for a checkpoint that the user named."""
    NETWORK = 1
    """Requests to the Hub about more than the checkpoint itself."""
    WEIGHTS = 2
    """Bytes of the weights, without loading the model."""
    GENERATE = 3
    """Loading and running the model."""


class Severity(_Named):
    """How much a finding matters: advice, a likely mistake, or something that fails or misleads at run time."""

    NOTE = 0
    WARNING = 1
    ERROR = 2


class Confidence(_Named):
    """How sure a rule is of a finding."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2


class Axis(enum.StrEnum):
    """The question that a piece of evidence answers."""

    STAGE = "stage"
    """Base (negative) or instruct (positive)."""
    TASK = "task"
    """Writes text (negative) or does something else, such as embedding (positive)."""


@record(eq=True)
class Span:
    """A place in a file. Lines and columns count from 1, in characters; the end is exclusive; None is the whole file or line."""

    path: str
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)

    def part(self, start: int, end: int, length: int) -> Span:
        """The place of the characters ``start`` to ``end`` of a text of ``length`` characters that stands here.

        That is exact where the text is written literally on one line, and the whole place otherwise.
        """
        literal = self.line == self.end_line and self.column is not None and (self.end_column or 0) - self.column == length
        if not literal or self.column is None or self.line is None:
            return self
        return Span(self.path, self.line, self.column + start, self.line, self.column + end)


@record(eq=True)
class Edit:
    """Replace the text at ``at`` (a span with an end) by ``replacement``, only if it is ``expected`` where that is given."""

    at: Span
    replacement: str
    expected: str | None = None


@record(eq=True)
class Fix:
    """A fix: what it does, its edits, and whether it is safe to apply without review."""

    title: str
    edits: tuple[Edit, ...] = ()
    safe: bool = False


@record(eq=True)
class Related:
    """Another place that a finding is about, and what is there, as a clause: "used here"."""

    at: Span
    says: str


@record(eq=True)
class Finding:
    """One fault that a rule found. The engine adds the rule's name, its severity and the target.

    ``related`` are other places: the file that deploys a model which another file names, say.

    Raises TypeError for a field of the wrong type, so that the traceback points into the rule.
    """

    message: str
    at: Span | None = None
    confidence: Confidence = Confidence.HIGH
    fix: Fix | None = None
    related: tuple[Related, ...] = ()

    def __post_init__(self) -> None:
        require(self.message, str, "Finding.message")
        require_place(self.at, "Finding.at")
        require(self.confidence, Confidence, "Finding.confidence")
        for one in self.related:
            require(one, Related, "Finding.related")
            require_place(one.at, "Related.at")
        if self.fix is not None:
            require(self.fix, Fix, "Finding.fix")
            for edit in self.fix.edits:
                require(edit, Edit, "Fix.edits")
                require_place(edit.at, "Edit.at")


@record(eq=True)
class Unresolved:
    """What a file refers to and what cannot be followed: a remote include, a missing file. ``reason`` is a clause about it."""

    at: Span
    reason: str


@record(eq=True)
class Evidence:
    """One observation about a checkpoint.

    ``weight`` is a log-likelihood ratio in nats: on the stage axis positive toward instruct and negative toward base, on the
    task axis positive toward a model that does something other than write text. 0 is worth showing but decides nothing.
    ``because`` says what was seen, for a person. ``kind`` names the observation among those that the signal can make: where the
    fitted table has a row for it, that row's weight counts, and ``weight`` is the judgement that the fit started from.
    ``sub_label`` is added to the verdict of a checkpoint where this was seen.

    Raises TypeError for a field of the wrong type, ValueError for a weight that is not finite.
    """

    weight: float
    because: str
    at: Span | None = None
    axis: Axis = Axis.STAGE
    kind: str = ""
    sub_label: SubLabel | None = None

    def __post_init__(self) -> None:
        require(self.weight, (int, float), "Evidence.weight")
        if not math.isfinite(self.weight):
            raise ValueError(f"Evidence.weight must be a finite number of nats, not {self.weight}")
        require(self.because, str, "Evidence.because")
        require_place(self.at, "Evidence.at")
        require(self.axis, Axis, "Evidence.axis")
        require(self.kind, str, "Evidence.kind")
        require(self.sub_label, (str, type(None)), "Evidence.sub_label")


@record(eq=True)
class Weighed:
    """Evidence with the name and the dependence group of the signal that yielded it."""

    signal: str
    group: str
    evidence: Evidence


def require(value: object, kinds: type | tuple[type, ...], field: str) -> None:
    """Raises TypeError that names ``field`` unless ``value`` is of one of ``kinds``."""
    if not isinstance(value, kinds):
        wanted = " or ".join(kind.__name__ for kind in (kinds if isinstance(kinds, tuple) else (kinds,)))
        hint = ": write Span(path, line, column), or take the fact's at(…)" if kinds is Span else ""
        raise TypeError(f"{field} must be {wanted}, not {type(value).__name__}{hint}")


def require_place(at: object, field: str) -> None:
    """Raises TypeError unless ``at`` is None or a Span whose path is a string and whose lines and columns are numbers."""
    if at is None:
        return
    require(at, Span, field)
    if isinstance(at, Span):
        require(at.path, str, f"{field}.path")
        for number in (at.line, at.column, at.end_line, at.end_column):
            require(number, (int, type(None)), f"a line or column of {field}")
