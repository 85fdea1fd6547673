"""``--format jsonl``: one JSON object per line, written as soon as a target is finished."""

from __future__ import annotations

import json
from collections.abc import Mapping

from modelcheck.hooks import hookimpl
from modelcheck.report import Report, Reporter, Style
from modelcheck.reporters.json_report import SCHEMA, checkpoint_json, error_json, finding_json, not_asked_json, use_json


def jsonl_report(report: Report, style: Style) -> str:  # noqa: ARG001 - the signature of a reporter
    """A line per checkpoint with its findings, a line for uses and the findings of no checkpoint, a line per error."""
    lines = []
    left = list(report.findings)
    for checkpoint in report.checkpoints:
        own = [found for found in left if found.target == checkpoint.target]
        left = [found for found in left if found.target != checkpoint.target]
        lines.append({**checkpoint_json(checkpoint), "findings": [finding_json(found) for found in own]})
    if report.uses or left:
        lines.append(
            {
                "uses": [use_json(use) for use in report.uses],
                "findings": [finding_json(found) for found in left],
                "not_asked": not_asked_json(report),
            }
        )
    lines += [{"error": error_json(error)} for error in report.errors]
    return "\n".join(json.dumps({"schema": SCHEMA, **line}, ensure_ascii=False) for line in lines)


@hookimpl
def modelcheck_reporters() -> Mapping[str, Reporter]:
    """Adds ``jsonl``."""
    return {"jsonl": jsonl_report}
