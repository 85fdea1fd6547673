"""What the formats of commands to CI systems share: which results are shown, and quoted text that cannot become a command."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.printable import one_line, printable
from modelcheck.records import record
from modelcheck.report import Report, Style
from modelcheck.reporters.places import ranked, rule_of, where
from modelcheck.reporters.summary import summary


@record()
class Annotation:
    """One result, its texts on one line and harmless. ``severity`` is error, warning or note; numbers are None where not known."""

    severity: str
    rule: str
    title: str
    path: str
    message: str
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


def results(report: Report) -> Iterator[Annotation]:
    """Targets that could not be read, then the findings, the most important first."""
    for error in report.errors:
        yield Annotation("error", error.kind, "target not read", quoted(error.target), quoted(error.message))
    for found in ranked(report.findings):
        at, finding = where(found), found.finding
        message = f"{finding.message} (fix: {finding.fix.title})" if finding.fix else finding.message
        numbers = (at.line, at.column, at.end_line, at.end_column)
        title = quoted(rule_of(report, found).title)
        yield Annotation(str(found.severity), quoted(found.rule), title, quoted(at.path), quoted(message), *numbers)


def quoted(text: str) -> str:
    """A text on one line, without control characters and commands."""
    return printable(one_line(text))


def plain(one: Annotation) -> str:
    """A result as an ordinary line of the log."""
    at = ":".join(str(part) for part in (one.path, one.line, one.column) if part is not None)
    return printable(f"{at}: {one.severity}: {one.message} [{one.rule}]")


def last_line(report: Report, style: Style) -> str:
    """The summary as an ordinary line of the log."""
    return printable(summary(report, style))
