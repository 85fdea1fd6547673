"""What a run produced, and the exit code that it earns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from modelcheck.errors import Kind
from modelcheck.facts.behaviour import Behaviour
from modelcheck.facts.model_use import ModelUse
from modelcheck.facts.served import Served
from modelcheck.findings import Finding, Severity
from modelcheck.verdict import Verdict


@dataclass(frozen=True, slots=True, eq=False)
class Reported:
    """A finding with what the engine put on it. The finding's span is as a person finds it.

    ``local`` tells that its place is in a file of this machine that may be edited, not one of the Hub's.
    """

    rule: str
    severity: Severity
    target: str
    finding: Finding
    local: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Skipped:
    """A rule or a signal that was not called, and why. ``ordinary`` where there was nothing of the kind to look at.

    ``remedy`` is what would let it run where the run's own limits kept it back.
    """

    rule: str
    reason: str
    ordinary: bool = False
    signal: bool = False
    remedy: str | None = None


@dataclass(slots=True, eq=False)
class CheckpointReport:
    """One checkpoint. ``asked`` tells those that were named on the command line from those that only a file names.

    ``behaviour`` is what came of running the model, in a run that may, ``served`` what a server answered; else
    ``unprobed`` is why nothing came of it, and ``details`` what -vv shows of that.
    """

    target: str
    source: str
    revision: str | None
    verdict: Verdict | None
    skipped: list[Skipped] = field(default_factory=list)
    asked: bool = True
    note: str | None = None
    behaviour: Behaviour | None = None
    served: Served | None = None
    unprobed: str | None = None
    details: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class UseReport:
    """One use, with the verdict on the checkpoint that it names."""

    use: ModelUse
    verdict: Verdict | None


@dataclass(frozen=True, slots=True, eq=False)
class ErrorReport:
    """A target that could not be read, or something of ours that crashed. ``details`` is the traceback."""

    target: str
    kind: Kind
    message: str
    details: str | None = None


def _place(found: Reported) -> tuple[str, int, int, str]:
    at = found.finding.at
    return (at.path, at.line or 0, at.column or 0, found.rule) if at else ("", 0, 0, found.rule)


@dataclass(slots=True, eq=False)
class Report:
    """Everything, in the order of the targets. ``files_left`` is path → why a file that a reader wanted was not read."""

    checkpoints: list[CheckpointReport] = field(default_factory=list)
    uses: list[UseReport] = field(default_factory=list)
    findings: list[Reported] = field(default_factory=list)
    errors: list[ErrorReport] = field(default_factory=list)
    files_read: int = 0
    files_left: dict[str, str] = field(default_factory=dict)
    interrupted: bool = False

    def extend(self, other: Report) -> None:
        """Put one target's report behind this one. Its findings are read beside its files, so they come in the files' order."""
        self.checkpoints += other.checkpoints
        self.uses += other.uses
        self.findings += sorted(other.findings, key=_place)
        self.errors += other.errors
        self.files_read += other.files_read
        self.files_left |= other.files_left

    def count(self, severity: Severity) -> int:
        """How many findings are of this severity."""
        return sum(found.severity is severity for found in self.findings)

    def exit_code(self, fail_on: Severity | None) -> int:
        """0 clean, 1 findings from ``fail_on`` up (None: they never fail), 3 a crash, 4 an unreadable target, 130 interrupted."""
        return next(self._reasons(fail_on), 0)

    def _reasons(self, fail_on: Severity | None) -> Iterator[int]:
        if self.interrupted:
            yield 130
        if any(error.kind == "crash" for error in self.errors):
            yield 3
        if self.errors:
            yield 4
        if fail_on is not None and any(found.severity >= fail_on for found in self.findings):
            yield 1


@dataclass(frozen=True, slots=True, eq=False)
class Style:
    """How a reporter may write: ``verbosity`` is -1 with -q, 0, 1 with -v, 2 with -vv; ``width`` in characters.

    ``why`` asks for all evidence; ``unicode`` tells whether bars and dashes can be written as such. ``wrap`` breaks findings,
    uses and errors into lines; without it each is one line, which can be searched.
    """

    color: bool = False
    width: int = 80
    verbosity: int = 0
    why: bool = False
    unicode: bool = True
    wrap: bool = True


Reporter = Callable[[Report, Style], str]
