"""``--format gitlab``: GitLab's Code Quality report (``artifacts:reports:codequality``), a part of Code Climate's format.

https://docs.gitlab.com/ci/testing/code_quality/
"""

from __future__ import annotations

import json
from typing import Any

from modelcheck.report import Report, Reported, Style
from modelcheck.reporters.places import by_severity, ranked, rule_of, where


def gitlab_report(report: Report, style: Style) -> str:  # noqa: ARG001 - the signature of a reporter
    """One issue for each finding, and for each target that could not be read. GitLab drops all but the first of one fingerprint."""
    issues = [_failed(error.target, error.kind, error.message) for error in report.errors]
    issues += [_issue(found, report) for found in ranked(report.findings)]
    return json.dumps(list({one["fingerprint"]: one for one in reversed(issues)}.values())[::-1], indent=1, ensure_ascii=False)


def _issue(found: Reported, report: Report) -> dict[str, Any]:
    at, rule = where(found), rule_of(report, found)
    line = at.line or 1
    body = "\n\n".join(filter(None, (rule.why, f"**Fix:** {rule.fix}" if rule.fix else "")))
    made = {
        "type": "issue",
        "check_name": found.rule,
        "description": f"{found.rule}: {found.finding.message}",  # the widget does not show check_name
        "categories": ["Security" if rule.area == "security" else "Bug Risk"],
        "fingerprint": found.fingerprint,
        "severity": by_severity(found.severity, "info", "minor", "major"),
        "location": {"path": at.path.removeprefix("./"), "lines": {"begin": line, "end": max(line, at.end_line or line)}},
    }
    return made | ({"content": {"body": body}} if body else {})


def _failed(target: str, kind: str, message: str) -> dict[str, Any]:
    from hashlib import sha256

    return {
        "type": "issue",
        "check_name": f"modelcheck/{kind}",
        "description": f"{kind}: {message}",
        "categories": ["Bug Risk"],
        "fingerprint": sha256(f"{kind}\0{target}\0{message}".encode("utf-8", "replace")).hexdigest()[:32],
        "severity": "critical",
        "location": {"path": target, "lines": {"begin": 1, "end": 1}},
    }
