"""Writes a report in an output format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from modelcheck.config import Settings, suggestion
from modelcheck.engine.identity import complete
from modelcheck.findings import Cost, Finding, Severity
from modelcheck.report import Report, Reported, RuleInfo, Style
from modelcheck.testing.checking import Files, installed, run


def render_report(
    format: str,  # noqa: A002 - the option is called so
    what: Files | Iterable[Finding] | Report,
    *,
    name: str = "memory",
    rule: str = "example/rule",
    severity: str = "warning",
    **style: Any,
) -> str:
    """Return the text that the output format called ``format`` makes of a report.

    ``what`` is path → content, which is scanned with every rule as ``modelcheck scan`` scans a folder; or the findings of one
    ``rule`` of this ``severity``; or a report. ``style`` has the fields of ``modelcheck.report.Style``: ``width=100``, say.

    Raises AssertionError if there is no such format, if its reporter crashes or returns no text, and if there is nothing to report.
    """
    known = installed().reporters
    if format not in known:
        raise AssertionError(
            f"there is no output format {format!r}{suggestion(format, known)} (formats: {', '.join(sorted(known))})"
        )
    if isinstance(what, Report):
        report = what
    elif isinstance(what, Mapping):
        report = _scanned(what, name)
    else:
        report = _of_findings(what, name, rule, Severity[severity.upper()])
    before = len(report.errors)
    text = known[format](report, Style(**style))
    for error in report.errors[before:]:
        raise AssertionError(error.details or error.message)
    return text


def _scanned(files: Files, name: str) -> Report:
    report = run(files, Settings(offline=True, budget=Cost.WEIGHTS), name)
    if not (report.checkpoints or report.uses or report.findings or report.files_left):
        raise AssertionError(f"there is nothing to report about these files: {', '.join(sorted(files)) or 'none'}")
    complete(report, installed().registry, None)
    return report


def _of_findings(findings: Iterable[Finding], name: str, rule: str, severity: Severity) -> Report:
    report = Report()
    report.findings = [Reported(rule, severity, name, finding) for finding in findings]
    complete(report, installed().registry, None)
    report.rules.setdefault(rule, RuleInfo(rule, "An example", "Why it matters.", "How to fix it.", severity))
    return report
