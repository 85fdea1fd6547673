"""``--format json``, schema 1. Keys are added, never changed or removed. ``modelcheck report`` reads it (``saved``)."""

from __future__ import annotations

import json
from typing import Any

from modelcheck.report import CheckpointReport, ErrorReport, Report, Style
from modelcheck.reporters.json_finding import finding_json, rule_json, span_json
from modelcheck.reporters.json_parts import skipped_json, use_json
from modelcheck.reporters.json_verdict import capabilities_json, verdict_json
from modelcheck.version import VERSION

SCHEMA = 1


def json_report(report: Report, style: Style) -> str:
    """The whole report as one JSON object; with ``-v`` each skipped rule, otherwise their number for each reason."""
    listed = style.verbosity > 0
    return json.dumps(
        {
            "schema": SCHEMA,
            "tool": {"name": "modelcheck", "version": VERSION},
            "checkpoints": [checkpoint_json(checkpoint, listed=listed) for checkpoint in report.checkpoints],
            "uses": [use_json(use, listed=listed) for use in report.uses],
            "findings": [finding_json(found) for found in report.findings],
            "errors": [error_json(error) for error in report.errors],
            "files": {
                "read": report.files_read,
                "ignored": report.files_ignored,
                "left": [{"path": path, "reason": reason} for path, reason in report.files_left.items()],
            },
            "unresolved": [{"at": span_json(one.at), "reason": one.reason} for one in report.unresolved],
            "not_asked": not_asked_json(report),
            "unreachable": report.unreachable,
            "interrupted": report.interrupted,
            "rules": {name: rule_json(rule) for name, rule in report.rules.items()},
            "suppressed": [{**finding_json(one.found), "by": one.by, "reason": one.reason} for one in report.suppressed],
        },
        indent=1,
        ensure_ascii=False,
    )


def not_asked_json(report: Report) -> list[dict[str, str]]:
    """The checkpoints that files use and that the Hub could not be asked for, or not for all of their files."""
    return [{"model": name, "reason": reason} for name, reason in report.not_asked.items()]


def checkpoint_json(checkpoint: CheckpointReport, *, listed: bool) -> dict[str, Any]:
    """One checkpoint; ``listed``: with each skipped rule."""
    return {
        "target": checkpoint.target,
        "source": checkpoint.source,
        "revision": checkpoint.revision,
        "asked": checkpoint.asked,
        "note": checkpoint.note,
        "verdict": verdict_json(checkpoint.verdict),
        "probe": _probe(checkpoint),
        "capabilities": capabilities_json(checkpoint.capabilities),
        "served_identity": _identity(checkpoint),
        "only": checkpoint.only,
        **skipped_json(checkpoint.skipped, listed=listed),
    }


def _identity(checkpoint: CheckpointReport) -> dict[str, Any] | None:
    if checkpoint.served_identity is None:
        return None
    from modelcheck.reporters.served_identity import identity_json

    return identity_json(checkpoint.served_identity)


def _probe(checkpoint: CheckpointReport) -> dict[str, Any] | None:
    if not (checkpoint.served or checkpoint.behaviour or checkpoint.unprobed):
        return None
    from modelcheck.reporters.behaviour import probe_json

    return probe_json(checkpoint)


def error_json(error: ErrorReport) -> dict[str, Any]:
    """One error: a target that could not be read, or a crash."""
    return {"target": error.target, "kind": error.kind, "message": error.message}
