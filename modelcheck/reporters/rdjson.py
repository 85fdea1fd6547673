"""``--format rdjson``: reviewdog's diagnostic format, with its fixes as suggestions for a pull request.

https://github.com/reviewdog/reviewdog/tree/master/proto/rdf
"""

from __future__ import annotations

import json
from typing import Any

from modelcheck.findings import Span
from modelcheck.report import Excerpt, Report, Reported, Style
from modelcheck.reporters.places import by_severity, ranked, rule_of, where


def rdjson_report(report: Report, style: Style) -> str:  # noqa: ARG001 - the signature of a reporter
    """One diagnostic for each finding, the most important first, and one for each target that could not be read."""
    failed = [
        {"message": error.message, "location": {"path": error.target}, "severity": "ERROR", "code": {"value": error.kind}}
        for error in report.errors
    ]
    diagnostics = failed + [_diagnostic(found, report) for found in ranked(report.findings)]
    return json.dumps({"source": {"name": "modelcheck"}, "diagnostics": diagnostics}, indent=1, ensure_ascii=False)


def _diagnostic(found: Reported, report: Report) -> dict[str, Any]:
    rule, at = rule_of(report, found), where(found)
    code = {"value": found.rule} | ({"url": rule.address} if rule.address else {})
    made: dict[str, Any] = {
        "message": found.finding.message,
        "location": _location(at, found.excerpt),
        "severity": by_severity(found.severity, "INFO", "WARNING", "ERROR"),
        "code": code,
    }
    if suggestions := _suggestions(found, at):
        made["suggestions"] = suggestions
    if found.finding.related:
        made["related_locations"] = [{"message": one.says, "location": _location(one.at)} for one in found.finding.related]
    return made


def _location(at: Span, excerpt: Excerpt | None = None) -> dict[str, Any]:
    span = _range(at, excerpt)
    return {"path": at.path} | ({"range": span} if span else {})


def _range(at: Span, excerpt: Excerpt | None) -> dict[str, Any] | None:
    if at.line is None:
        return None
    start, end = _column(at.column, excerpt, at.line), _column(at.end_column, excerpt, at.end_line)
    if start is None:
        return {"start": {"line": at.line}}
    first = {"line": at.line, "column": start}
    return {"start": first} | ({"end": {"line": at.end_line, "column": end}} if end is not None else {})


def _column(column: int | None, excerpt: Excerpt | None, line: int | None) -> int | None:
    """The column in bytes of UTF-8, which only the text of the line gives; None where that is not known."""
    if column is None or excerpt is None or excerpt.line != line or excerpt.start != 1:
        return None
    return len(excerpt.text[: column - 1].encode("utf-8", "surrogatepass")) + 1


def _suggestions(found: Reported, at: Span) -> list[dict[str, Any]]:
    """The edits of a fix; none unless all of them are on the finding's own line."""
    fix = found.finding.fix
    if fix is None or not found.local:
        return []
    ranges = [_range(edit.at, found.excerpt) if edit.at.path == at.path else None for edit in fix.edits]
    if not all(one and "end" in one for one in ranges):
        return []
    return [{"range": one, "text": edit.replacement} for one, edit in zip(ranges, fix.edits, strict=True)]
