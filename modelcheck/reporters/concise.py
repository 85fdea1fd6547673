"""``--format concise``: one line for each verdict, finding and error, and one summary; what a pipe gets."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.printable import one_line
from modelcheck.report import Report, Style
from modelcheck.reporters.colors import painted
from modelcheck.reporters.statistics import statistics_lines
from modelcheck.reporters.summary import confidence, label, summary


def concise_report(report: Report, style: Style) -> str:
    """Verdicts of the checkpoints that were asked for, then ``path:line:column: severity: message [rule]``, errors, the summary."""
    return "\n".join(_lines(report, style))


def _lines(report: Report, style: Style) -> Iterator[str]:
    for checkpoint in report.checkpoints if style.verbosity >= 0 else ():
        if checkpoint.asked:
            said = painted(label(checkpoint), label(checkpoint), color=style.color)
            note = f"; {one_line(checkpoint.note)}" if checkpoint.note else ""
            yield f"{one_line(checkpoint.target)}: {said}{confidence(checkpoint.verdict)}{note}"
            if checkpoint.served_identity:
                from modelcheck.reporters.served_identity import identity_line

                yield one_line(f"{checkpoint.target}: {identity_line(checkpoint.served_identity)}")
    if style.statistics:
        yield from statistics_lines(report, style)
    for found in () if style.statistics else report.findings:
        severity = painted(str(found.severity), str(found.severity), color=style.color)
        where, message = one_line((str(found.finding.at or found.target), found.finding.message))
        yield f"{where}: {severity}: {message} [{found.rule}]"
    for error in report.errors:
        yield f"{painted(error.kind, 'error', color=style.color)}: {one_line(error.message)}"
    for reason, names in report.not_asked_by_reason().items():
        yield one_line(f"not all is known of {', '.join(names)}: {reason}")
    if report.interrupted:
        yield "interrupted: the report is incomplete"
    yield summary(report, style)
