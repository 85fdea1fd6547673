"""``--format jsonl``: one JSON object per line, written as soon as a target is finished."""

from __future__ import annotations

import json

from modelcheck.report import Report, Style
from modelcheck.reporters.json_finding import finding_json
from modelcheck.reporters.json_parts import use_json
from modelcheck.reporters.json_report import SCHEMA, checkpoint_json, error_json, not_asked_json


def jsonl_report(report: Report, style: Style) -> str:
    """A line per checkpoint with its findings, a line for uses and the findings of no checkpoint, a line per error."""
    lines = []
    listed = style.verbosity > 0
    left = list(report.findings)
    for checkpoint in report.checkpoints:
        own = [found for found in left if found.target == checkpoint.target]
        left = [found for found in left if found.target != checkpoint.target]
        lines.append({**checkpoint_json(checkpoint, listed=listed), "findings": [finding_json(found) for found in own]})
    if report.uses or left:
        lines.append(
            {
                "uses": [use_json(use, listed=listed) for use in report.uses],
                "findings": [finding_json(found) for found in left],
                "not_asked": not_asked_json(report),
            }
        )
    lines += [{"error": error_json(error)} for error in report.errors]
    return "\n".join(json.dumps({"schema": SCHEMA, **line}, ensure_ascii=False) for line in lines)
