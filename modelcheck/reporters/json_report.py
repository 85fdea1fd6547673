"""``--format json``, schema 1. Keys are added, never changed or removed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from modelcheck.findings import Fix, Span, Weighed
from modelcheck.hooks import hookimpl
from modelcheck.report import CheckpointReport, ErrorReport, Report, Reported, Reporter, Style, UseReport
from modelcheck.verdict import Verdict
from modelcheck.version import VERSION

if TYPE_CHECKING:
    from modelcheck.facts.deferred.capabilities import Capabilities

SCHEMA = 1


def json_report(report: Report, style: Style) -> str:  # noqa: ARG001 - the signature of a reporter
    """The whole report as one JSON object."""
    return json.dumps(
        {
            "schema": SCHEMA,
            "tool": {"name": "modelcheck", "version": VERSION},
            "checkpoints": [checkpoint_json(checkpoint) for checkpoint in report.checkpoints],
            "uses": [use_json(use) for use in report.uses],
            "findings": [finding_json(found) for found in report.findings],
            "errors": [error_json(error) for error in report.errors],
            "files": {
                "read": report.files_read,
                "ignored": report.files_ignored,
                "left": [{"path": path, "reason": reason} for path, reason in report.files_left.items()],
            },
            "unresolved": [{"at": _span(one.at), "reason": one.reason} for one in report.unresolved],
            "not_asked": not_asked_json(report),
            "interrupted": report.interrupted,
        },
        indent=1,
        ensure_ascii=False,
    )


def not_asked_json(report: Report) -> list[dict[str, str]]:
    """The checkpoints that files use and that the Hub could not be asked for, or not for all of their files."""
    return [{"model": name, "reason": reason} for name, reason in report.not_asked.items()]


def checkpoint_json(checkpoint: CheckpointReport) -> dict[str, Any]:
    """One checkpoint."""
    return {
        "target": checkpoint.target,
        "source": checkpoint.source,
        "revision": checkpoint.revision,
        "asked": checkpoint.asked,
        "note": checkpoint.note,
        "verdict": _verdict(checkpoint.verdict),
        "probe": _probe(checkpoint),
        "capabilities": _capabilities(checkpoint.capabilities),
        "skipped": [{"rule": skipped.rule, "reason": skipped.reason} for skipped in checkpoint.skipped],
    }


def _probe(checkpoint: CheckpointReport) -> dict[str, Any] | None:
    if not (checkpoint.served or checkpoint.behaviour or checkpoint.unprobed):
        return None
    from modelcheck.reporters.behaviour import probe_json

    return probe_json(checkpoint)


def _capabilities(found: Capabilities | None) -> dict[str, Any] | None:
    if found is None:
        return None
    named = {name: getattr(found, name) for name in ("chat", "system_role", "tools", "reasoning_switch", "images")}
    return {
        **{
            name: {"supported": one.supported, "because": one.because, "at": _span(one.at), "variable": one.variable}
            for name, one in named.items()
        },
        "stop_ids": list(found.stop_ids),
        "stops": [
            {"engine": one.engine, "ids": list(one.ids), "tokens": list(one.tokens), "at_turn_end": one.at_turn_end}
            for one in found.stops
        ],
    }


def error_json(error: ErrorReport) -> dict[str, Any]:
    """One error: a target that could not be read, or a crash."""
    return {"target": error.target, "kind": error.kind, "message": error.message}


def _verdict(verdict: Verdict | None) -> dict[str, Any] | None:
    if verdict is None:
        return None
    p = None if verdict.p_instruct is None else round(verdict.p_instruct, 4)
    decisive = [_evidence(weighed, counted=True) for weighed in verdict.decisive]
    superseded = [_evidence(weighed, counted=False) for weighed in verdict.superseded]
    return {
        "label": verdict.label,
        "p_instruct": p,
        "sub_labels": list(verdict.sub_labels),
        "evidence": decisive + superseded,
    }


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
        "at": _span(evidence.at),
    }


def use_json(reported: UseReport) -> dict[str, Any]:
    """One use of a checkpoint by a file."""
    use = reported.use
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
        "used_at": _span(use.used_at),
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
        "skipped": [{"rule": one.rule, "reason": one.reason} for one in reported.skipped if not one.ordinary],
        "verdict": None if reported.verdict is None else reported.verdict.label,
    }


def finding_json(found: Reported) -> dict[str, Any]:
    """One finding."""
    finding = found.finding
    return {
        "rule": found.rule,
        "severity": str(found.severity),
        "confidence": str(finding.confidence),
        "message": finding.message,
        "target": found.target,
        "at": _span(finding.at),
        "fix": _fix(finding.fix),
        "related": [{"at": _span(one.at), "says": one.says} for one in finding.related],
    }


def _fix(fix: Fix | None) -> dict[str, Any] | None:
    if fix is None:
        return None
    return {
        "title": fix.title,
        "safe": fix.safe,
        "edits": [{"at": _span(edit.at), "replacement": edit.replacement} for edit in fix.edits],
    }


def _span(span: Span | None) -> dict[str, Any] | None:
    if span is None:
        return None
    return {
        "path": span.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


@hookimpl
def modelcheck_reporters() -> Mapping[str, Reporter]:
    """Adds ``json``."""
    return {"json": json_report}
