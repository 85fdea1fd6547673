"""A finding in the JSON report: its places, its fix and its rule. ``saved_parts`` reads it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelcheck.findings import Fix, Span
from modelcheck.report import Reported, RuleInfo

if TYPE_CHECKING:
    pass


def finding_json(found: Reported) -> dict[str, Any]:
    """One finding. ``fingerprint`` is the same in every run, ``excerpt`` the source line, if the file is ``local``."""
    finding, excerpt = found.finding, found.excerpt
    return {
        "rule": found.rule,
        "severity": str(found.severity),
        "confidence": str(finding.confidence),
        "message": finding.message,
        "target": found.target,
        "at": span_json(finding.at),
        "fix": _fix(finding.fix),
        "related": [{"at": span_json(one.at), "says": one.says} for one in finding.related],
        "fingerprint": found.fingerprint,
        "local": found.local,
        "excerpt": excerpt and {"line": excerpt.line, "start": excerpt.start, "text": excerpt.text},
    }


def _fix(fix: Fix | None) -> dict[str, Any] | None:
    if fix is None:
        return None
    edits = [{"at": span_json(edit.at), "replacement": edit.replacement, "expected": edit.expected} for edit in fix.edits]
    return {"title": fix.title, "safe": fix.safe, "edits": edits}


def rule_json(rule: RuleInfo) -> dict[str, Any]:
    """What a rule's page says."""
    return {"title": rule.title, "why": rule.why, "fix": rule.fix, "severity": str(rule.severity), "address": rule.address}


def span_json(span: Span | None) -> dict[str, Any] | None:
    """A place."""
    if span is None:
        return None
    return {
        "path": span.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
