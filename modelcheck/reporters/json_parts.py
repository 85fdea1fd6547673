"""The parts of the JSON report: places, findings, uses, verdicts. ``saved_parts`` reads them back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from modelcheck.findings import Fix, Span, Weighed
from modelcheck.report import Reported, RuleInfo, Skipped, UseReport
from modelcheck.verdict import Verdict

if TYPE_CHECKING:
    from modelcheck.facts.deferred.capabilities import Capabilities

ABILITIES = ("chat", "system_role", "tools", "reasoning_switch", "images")
"""The keys of capabilities that are supported or not."""


def verdict_json(verdict: Verdict | None) -> dict[str, Any] | None:
    """A verdict with its evidence: first what counted."""
    if verdict is None:
        return None
    decisive = [_evidence(weighed, counted=True) for weighed in verdict.decisive]
    superseded = [_evidence(weighed, counted=False) for weighed in verdict.superseded]
    return {
        "label": verdict.label,
        "p_instruct": _rounded(verdict),
        "sub_labels": list(verdict.sub_labels),
        "evidence": decisive + superseded,
    }


def capabilities_json(found: Capabilities | None) -> dict[str, Any] | None:
    """What the files of a checkpoint allow."""
    if found is None:
        return None
    named = ((name, getattr(found, name)) for name in ABILITIES)
    return {
        **{
            name: {"supported": one.supported, "because": one.because, "at": span_json(one.at), "variable": one.variable}
            for name, one in named
        },
        "stop_ids": list(found.stop_ids),
        "stops": [
            {"engine": one.engine, "ids": list(one.ids), "tokens": list(one.tokens), "at_turn_end": one.at_turn_end}
            for one in found.stops
        ],
    }


def _rounded(verdict: Verdict) -> float | None:
    return None if verdict.p_instruct is None else round(verdict.p_instruct, 4)


def _evidence(weighed: Weighed, *, counted: bool) -> dict[str, Any]:
    evidence = weighed.evidence
    return {
        "signal": weighed.signal,
        "group": weighed.group,
        "kind": evidence.kind or None,
        "axis": str(evidence.axis),
        "weight": round(evidence.weight, 3),
        "counted": counted,
        "because": evidence.because,
        "at": span_json(evidence.at),
    }


def skipped_json(skipped: Iterable[Skipped], *, listed: bool) -> dict[str, Any]:
    """The keys ``skipped_by_reason``, with counts, and ``skipped``, which is empty unless ``listed``."""
    shown = tuple(skipped)
    counts = Counter((one.reason, one.signal, one.ordinary, one.remedy) for one in shown)
    every = ({"rule": one.rule, **_why(one.reason, one.signal, one.ordinary, one.remedy)} for one in shown)
    return {
        "skipped": list(every) if listed else [],
        "skipped_by_reason": [{**_why(*why), "count": count} for why, count in counts.items()],
    }


def _why(reason: str, signal: bool, ordinary: bool, remedy: str | None) -> dict[str, Any]:  # noqa: FBT001 - fields of Skipped
    """A reason; its properties only where they are set, since there are many."""
    more = (("signal", signal), ("ordinary", ordinary), ("remedy", remedy))
    return {"reason": reason} | {key: value for key, value in more if value}


def use_json(reported: UseReport, *, listed: bool) -> dict[str, Any]:
    """One use of a checkpoint by a file."""
    use, verdict = reported.use, reported.verdict
    return {
        "path": use.at.path,
        "line": use.at.line,
        "column": use.at.column,
        "format": use.format,
        "engine": use.engine,
        "model": use.model,
        "written": use.written,
        "resolved": use.target is not None,
        "unresolved": use.unresolved or None,
        "used_at": span_json(use.used_at),
        "revision": use.revision,
        "quant": use.quant,
        "tokenizer": use.tokenizer,
        "template": use.template,
        "adapter": use.adapter,
        "method": use.method,
        "served_name": use.served_name,
        "addresses": list(use.addresses),
        "purpose": use.purpose,
        "because": list(use.because),
        "likely": use.likely,
        **skipped_json((one for one in reported.skipped if not one.ordinary), listed=listed),
        "verdict": None if verdict is None else verdict.label,
        "p_instruct": None if verdict is None else _rounded(verdict),
    }


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
