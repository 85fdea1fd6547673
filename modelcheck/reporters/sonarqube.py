"""``--format sonarqube``: SonarQube's generic issues since version 10.3 (``sonar.externalIssuesReportPaths``).

https://docs.sonarsource.com/sonarqube-server/analyzing-source-code/importing-external-issues/generic-issue-import-format
"""

from __future__ import annotations

import json
from typing import Any

from modelcheck.findings import Span
from modelcheck.report import Report, Reported, RuleInfo, Style
from modelcheck.reporters.places import by_severity, lines_of, ranked, rule_of, where

_ATTRIBUTES = {"security": "TRUSTWORTHY", "card": "COMPLETE", "eu-ai-act": "LAWFUL"}
_QUALITIES = {"security": "SECURITY", "card": "MAINTAINABILITY", "eu-ai-act": "MAINTAINABILITY"}
_MINUTES = 5


def sonarqube_report(report: Report, style: Style) -> str:  # noqa: ARG001 - the signature of a reporter
    """The rules that have findings, and an issue for each finding. Targets that could not be read have no place in this format."""
    found = ranked(report.findings)
    rules = {one.rule: rule_of(report, one) for one in found}
    issues = [_issue(one) for one in found]
    return json.dumps({"rules": [_rule(rule) for rule in rules.values()], "issues": issues}, indent=1, ensure_ascii=False)


def _issue(one: Reported) -> dict[str, Any]:
    made = {"ruleId": one.rule, "effortMinutes": _MINUTES, "primaryLocation": _location(where(one), one.finding.message)}
    # SonarQube rejects the whole report for a secondary location without a range.
    others = [_location(other.at, other.says) for other in one.finding.related if other.at.line is not None]
    return made | ({"secondaryLocations": others} if others else {})


def _rule(rule: RuleInfo) -> dict[str, Any]:
    quality = _QUALITIES.get(rule.area, "RELIABILITY")
    return {
        "id": rule.name,
        "name": rule.title,
        "description": f"{rule.why}\n\n{rule.fix}".strip() or rule.title,
        "engineId": "modelcheck",
        "cleanCodeAttribute": _ATTRIBUTES.get(rule.area, "LOGICAL"),
        "impacts": [{"softwareQuality": quality, "severity": by_severity(rule.severity, "LOW", "MEDIUM", "HIGH")}],
    }


def _location(at: Span, message: str) -> dict[str, Any]:
    made: dict[str, Any] = {"message": message, "filePath": at.path}
    if at.line is None:
        return made
    line, column, end_line, end_column = lines_of(at)
    exact = at.column is not None and (end_line, end_column) > (line, column)
    text = {"startLine": line, "endLine": end_line}
    return made | {"textRange": text | ({"startColumn": column - 1, "endColumn": end_column - 1} if exact else {})}
