"""``--format sarif``: SARIF 2.1.0, with what GitHub code scanning and GitLab ask for.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from typing import Any

from modelcheck.findings import Severity
from modelcheck.patterns import lazy
from modelcheck.report import Report, Reported, RuleInfo, Style, Suppressed
from modelcheck.reporters.places import by_severity, ranked, rule_of
from modelcheck.reporters.sarif_parts import code_flows, fixes, location, text
from modelcheck.version import VERSION

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_MOST_RESULTS = 25_000
"""GitHub refuses a run with more; the least important are left out, and a notification says how many."""
_LONGEST = 1000
_WORDS = lazy(r"[A-Za-z0-9]+")
_SECURITY_SEVERITY = {Severity.NOTE: "2.0", Severity.WARNING: "5.0", Severity.ERROR: "8.0"}


def sarif_report(report: Report, style: Style) -> str:
    """One run with the findings; with ``-v`` also the suppressed ones, which GitHub would show as any other."""
    hidden = {id(one.found): one for one in report.suppressed} if style.verbosity > 0 else {}
    found = ranked(report.findings) + ranked(one.found for one in hidden.values())
    shown, left = found[:_MOST_RESULTS], len(found[_MOST_RESULTS:])
    names = {name: number for number, name in enumerate(dict.fromkeys(one.rule for one in shown))}
    driver = {
        "name": "modelcheck",
        "version": VERSION,
        "semanticVersion": VERSION,
        "rules": [_rule(rule_of(report, next(one for one in shown if one.rule == name)), shown) for name in names],
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "modelcheck/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": text("The folder in which modelcheck was started.")}},
        "invocations": [_invocation(report, left)],
        "results": [_result(one, report, names[one.rule], hidden.get(id(one))) for one in shown],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False)


def _rule(rule: RuleInfo, found: list[Reported]) -> dict[str, Any]:
    surest = max((one.finding.confidence for one in found if one.rule == rule.name), default=0)
    made: dict[str, Any] = {
        "id": rule.name,
        "name": "".join(word[0].upper() + word[1:] for word in _WORDS.findall(rule.name)) or rule.name,  # must differ from the id
        "shortDescription": text(rule.title[:_LONGEST]),
        "fullDescription": text((rule.why.replace("`", "") or rule.title)[:_LONGEST]),
        "help": {
            "text": f"{rule.why}\n\nFix: {rule.fix}" if rule.fix else rule.why or rule.title,
            "markdown": f"**{rule.title}**\n\n{rule.why}\n\n## Fix\n\n{rule.fix}",
        },
        "defaultConfiguration": {"level": str(rule.severity)},
        "properties": {
            "precision": ("low", "medium", "high")[surest],
            "problem.severity": by_severity(rule.severity, "recommendation", "warning", "error"),
            "tags": ["llm", rule.area],
        },
    }
    if rule.area == "security":
        made["properties"]["security-severity"] = _SECURITY_SEVERITY[rule.severity]
    if rule.address:
        made["helpUri"] = rule.address
    return made


def _result(found: Reported, report: Report, index: int, hidden: Suppressed | None) -> dict[str, Any]:
    finding = found.finding
    made: dict[str, Any] = {
        "ruleId": found.rule,
        "ruleIndex": index,
        "level": str(found.severity),
        "message": text(finding.message),
        "locations": [location(found)],
        "partialFingerprints": {"primaryLocationLineHash": found.fingerprint},
        "properties": {"confidence": str(finding.confidence), "target": found.target},
    }
    if finding.related:
        made["relatedLocations"] = [
            location(found, one.at, one.says) | {"id": number} for number, one in enumerate(finding.related, 1)
        ]
    if flows := code_flows(found, report):
        made["codeFlows"] = flows
    if finding.fix and finding.fix.edits and found.local:
        made["fixes"] = fixes(finding.fix)
    if hidden:
        kind = "inSource" if hidden.by == "comment" else "external"
        made["suppressions"] = [{"kind": kind, "justification": hidden.reason or "in the baseline"}]
    return made


def _invocation(report: Report, left: int) -> dict[str, Any]:
    said: list[tuple[str, str, str]] = [("error", error.kind, error.message) for error in report.errors]
    said += [("note", "not-read", f"{path} {reason}") for path, reason in report.files_left.items()]
    if left:
        said.append(("warning", "left-out", f"{left} results are left out: a run may have {_MOST_RESULTS:,}"))
    notes = [{"level": level, "descriptor": {"id": kind}, "message": text(message)} for level, kind, message in said]
    return {"executionSuccessful": not report.errors and not report.interrupted, "toolExecutionNotifications": notes}
