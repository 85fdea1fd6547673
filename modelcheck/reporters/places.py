"""What formats for machines have in common: severities, the order of importance, places as URIs and regions."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from modelcheck.findings import Severity, Span
from modelcheck.report import Report, Reported, RuleInfo, place

_SAFE = "/-._~!$&'()*+,;=@"


def ranked(findings: Iterable[Reported]) -> list[Reported]:
    """The findings, the most severe first, then the surest, then by place."""
    return sorted(findings, key=lambda one: (-one.severity, -one.finding.confidence, place(one)))


def where(found: Reported) -> Span:
    """The place of a finding; of one without a place, its target."""
    return found.finding.at or Span(found.target)


def lines_of(at: Span) -> tuple[int, int, int, int]:
    """Start line, start column, end line and end column of a place, from 1, the end exclusive; 1 for what it does not say."""
    line, column = at.line or 1, at.column or 1
    end_line = at.end_line or line
    end_column = at.end_column or (column if end_line == line else 1)
    return line, column, end_line, end_column


def uri(path: str) -> str:
    """A path as a URI reference: relative as it is shown, or ``file:`` for an absolute one."""
    quoted = quote(path.replace("\\", "/").encode("utf-8", "surrogatepass"), safe=_SAFE)
    return f"file://{quoted}" if path.startswith("/") else quoted


def rule_of(report: Report, found: Reported) -> RuleInfo:
    """The rule of a finding; of one that the report does not describe, what its name says."""
    known = report.rules.get(found.rule)
    return known or RuleInfo(found.rule, found.rule.rpartition("/")[2].replace("-", " "), "", "", found.severity)


def by_severity(severity: Severity, note: str, warning: str, error: str) -> str:
    """What a format calls a severity."""
    return {Severity.NOTE: note, Severity.WARNING: warning, Severity.ERROR: error}[severity]
