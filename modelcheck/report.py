"""What a run found, and its exit code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from typing import TYPE_CHECKING, Literal

from modelcheck.errors import Kind
from modelcheck.facts.model_use import ModelUse
from modelcheck.findings import Finding, Severity, Unresolved
from modelcheck.records import mutable, record
from modelcheck.verdict import Verdict

if TYPE_CHECKING:  # most runs need none of these
    from modelcheck.facts.behaviour import Behaviour
    from modelcheck.facts.deferred.capabilities import Capabilities
    from modelcheck.facts.deferred.served_identity import ServedIdentity
    from modelcheck.facts.served import Served


@record(eq=True)
class Excerpt:
    """The source line on which a finding starts, cut to a few hundred characters: ``text`` starts in column ``start``, from 1."""

    line: int
    text: str
    start: int = 1


@record(eq=True)
class RuleInfo:
    """What reporters say about a rule. ``why`` and ``fix`` are Markdown; ``address`` is the URL of its page, where there is one."""

    name: str
    title: str
    why: str
    fix: str
    severity: Severity
    address: str | None = None

    @property
    def area(self) -> str:
        """The area that the rule belongs to; ``modelcheck`` for rules of the engine itself."""
        return self.name.partition("/")[0] if "/" in self.name else "modelcheck"


@record()
class Reported:
    """A finding with its rule, severity and target. Its places are as reports show them.

    ``local`` is set if its place is in a file of this machine that may be edited. ``identity`` is what stays the same when lines
    above it move or messages change their words (``engine.identity``). ``excerpt`` is its source line, if ``local``.
    """

    rule: str
    severity: Severity
    target: str
    finding: Finding
    local: bool = False
    identity: str = ""
    excerpt: Excerpt | None = None

    @property
    def fingerprint(self) -> str:
        """A short digest of ``identity``, unique in a report of one target: 32 hexadecimal digits, a colon and a count."""
        if self.identity and "\0" not in self.identity:
            return self.identity  # of a saved report, which keeps the digest only
        at = self.finding.at
        whole = self.identity or "\0".join((self.rule, at.path if at else self.target, self.finding.message, "1"))
        from hashlib import sha256  # takes 3 ms, which a hook need not spend

        same, _, count = whole.rpartition("\0")
        return f"{sha256(same.encode('utf-8', 'replace')).hexdigest()[:32]}:{count}"


@record()
class Suppressed:
    """A finding that is not reported: ``by`` a comment in its file or the settings, with the reason, or by a baseline."""

    found: Reported
    by: Literal["comment", "settings", "baseline"]
    reason: str = ""


@record()
class Skipped:
    """A rule or a signal that was not called, and why.

    ``ordinary`` is set if the checkpoint has nothing of the kind that it checks. ``remedy`` is the option that would let it run, if
    the run's own limits prevent it.
    """

    rule: str
    reason: str
    ordinary: bool = False
    signal: bool = False
    remedy: str | None = None


def by_reason(skipped: Iterable[Skipped]) -> dict[str, list[str]]:
    """The names of what was skipped, by the reason, in the order in which the reasons first come."""
    reasons: dict[str, list[str]] = {}
    for one in skipped:
        reasons.setdefault(one.reason, []).append(one.rule)
    return reasons


@mutable
class CheckpointReport:
    """One checkpoint. ``asked`` is set for a target of the command line, and not for a checkpoint that only files name.

    ``note`` says what the verdict rests on. ``behaviour`` is what the model did when it was run, ``served`` what a server answered;
    if the run allows that and neither is set, ``unprobed`` is the reason, and ``details`` its traceback for -vv. ``capabilities``
    is what the files allow, for a target of the command line.
    ``served_identity`` is how a server compares with ``--expect``. ``only`` is the part of a checkpoint that the files are, such
    as a tokenizer.
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
    capabilities: Capabilities | None = None
    served_identity: ServedIdentity | None = None
    only: str | None = None
    details: str = field(default="", repr=False)


@record()
class UseReport:
    """One use, with the verdict on the checkpoint that it names, and the rules about it that could not run."""

    use: ModelUse
    verdict: Verdict | None
    skipped: tuple[Skipped, ...] = ()


@record()
class ErrorReport:
    """A target that could not be read, or a crash. ``details`` is the traceback."""

    target: str
    kind: Kind
    message: str
    details: str | None = None


def place(found: Reported) -> tuple[str, int, int, str]:
    """The order of findings: by file, line, column and rule."""
    at = found.finding.at
    return (at.path, at.line or 0, at.column or 0, found.rule) if at else ("", 0, 0, found.rule)


@mutable
class Report:
    """The results of a run, in the order of the targets.

    ``files_left`` is path → why a file that fits a reader was not read; ``files_ignored`` counts those that Git
    ignores. ``unresolved`` is what files refer to and could not be
    followed, besides the uses that are unresolved themselves.
    """

    checkpoints: list[CheckpointReport] = field(default_factory=list)
    uses: list[UseReport] = field(default_factory=list)
    findings: list[Reported] = field(default_factory=list)
    errors: list[ErrorReport] = field(default_factory=list)
    files_read: int = 0
    files_left: dict[str, str] = field(default_factory=dict)
    files_ignored: int = 0
    interrupted: bool = False
    unresolved: list[Unresolved] = field(default_factory=list)
    not_asked: dict[str, str] = field(default_factory=dict)
    """Checkpoint that files use → why the Hub could not be asked for it, or for some of its files."""
    unreachable: str | None = None
    """Why the Hub cannot be reached at all, in a run that may use the network."""
    rules: dict[str, RuleInfo] = field(default_factory=dict)
    """The rules that have findings, by name."""
    suppressed: list[Suppressed] = field(default_factory=list)

    def extend(self, other: Report) -> None:
        """Append one target's report, its findings sorted by file and line."""
        self.checkpoints += other.checkpoints
        self.uses += other.uses
        self.findings += sorted(other.findings, key=place)
        self.errors += other.errors
        self.files_read += other.files_read
        self.files_left |= other.files_left
        self.files_ignored += other.files_ignored
        self.unresolved += other.unresolved
        self.not_asked |= other.not_asked
        self.unreachable = self.unreachable or other.unreachable
        self.rules |= other.rules
        self.suppressed += other.suppressed

    def not_asked_by_reason(self) -> dict[str, list[str]]:
        """The checkpoints that the Hub could not be asked for, by the reason."""
        reasons: dict[str, list[str]] = {}
        for name, reason in self.not_asked.items():
            reasons.setdefault(reason, []).append(name)
        return reasons

    def count(self, severity: Severity) -> int:
        """Return the number of findings of this severity."""
        return sum(found.severity is severity for found in self.findings)

    def exit_code(self, fail_on: Severity | None) -> int:
        """Return 0 clean, 1 findings at or above ``fail_on`` (None: never), 3 a crash, 130 interrupted.

        4 for an unreadable target, and, without such findings, if the Hub cannot be reached for checkpoints that files use.
        """
        return next(self._reasons(fail_on), 0)

    def _reasons(self, fail_on: Severity | None) -> Iterator[int]:
        if self.interrupted:
            yield 130
        if any(error.kind in ("crash", "plugin") for error in self.errors):
            yield 3
        if self.errors:
            yield 4
        if fail_on is not None and any(found.severity >= fail_on for found in self.findings):
            yield 1
        if self.unreachable and self.not_asked:
            yield 4


@record()
class Style:
    """How a reporter writes. ``verbosity`` is -1 with -q, 0, 1 with -v, 2 with -vv; ``width`` is in characters.

    ``why`` asks for all evidence; ``unicode`` is set if the output can hold box-drawing characters and dashes. ``wrap`` breaks
    findings, uses and errors into lines; without it each is one line, which is easy to search. ``links`` allows hyperlinks.
    ``statistics`` asks for the number of findings of each rule instead of the findings.
    """

    color: bool = False
    width: int = 80
    verbosity: int = 0
    why: bool = False
    unicode: bool = True
    wrap: bool = True
    links: bool = False
    statistics: bool = False


Reporter = Callable[[Report, Style], str]
