"""``--format jsonl``: one line a checkpoint, written as soon as its target ends; in order of ending."""

from __future__ import annotations

import json
from collections.abc import Mapping

from modelcheck.hooks import hookimpl
from modelcheck.report import Report, Reporter, Style
from modelcheck.reporters.json_report import SCHEMA, checkpoint_json, error_json, finding_json, use_json


def jsonl_report(report: Report, style: Style) -> str:  # noqa: ARG001 - every reporter's signature
    """A line for each checkpoint with its findings; what belongs to no checkpoint, uses and errors, on lines of their own."""
    lines = []
    left = list(report.findings)
    for checkpoint in report.checkpoints:
        own = [found for found in left if found.target == checkpoint.target]
        left = [found for found in left if found.target != checkpoint.target]
        lines.append({**checkpoint_json(checkpoint), "findings": [finding_json(found) for found in own]})
    if report.uses or left:
        lines.append({"uses": [use_json(use) for use in report.uses], "findings": [finding_json(found) for found in left]})
    lines += [{"error": error_json(error)} for error in report.errors]
    return "\n".join(json.dumps({"schema": SCHEMA, **line}, ensure_ascii=False) for line in lines)


@hookimpl
def modelcheck_reporters() -> Mapping[str, Reporter]:
    """Brings ``jsonl``."""
    return {"jsonl": jsonl_report}
