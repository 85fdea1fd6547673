"""Parts of SARIF: locations, code flows, fixes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from modelcheck.findings import Edit, Fix, Span
from modelcheck.records import replace
from modelcheck.report import CheckpointReport, Report, Reported
from modelcheck.reporters.places import lines_of, uri, where

_MOST_STEPS = 4


def text(said: str) -> dict[str, str]:
    """A message."""
    return {"text": said}


def location(found: Reported, at: Span | None = None, message: str | None = None) -> dict[str, Any]:
    """The place of a finding with its source line, or another place; ``message`` says what is there."""
    place = at or where(found)
    physical: dict[str, Any] = {"artifactLocation": _artifact(place.path), "region": _region(place)}
    excerpt = found.excerpt
    if at is None and excerpt and excerpt.text:
        if place.column is None:
            physical["region"]["endColumn"] = excerpt.start + len(excerpt.text)
        if excerpt.start == 1:
            physical["contextRegion"] = {"startLine": excerpt.line, "endLine": excerpt.line, "snippet": text(excerpt.text)}
    return {"physicalLocation": physical} | ({"message": text(message)} if message is not None else {})


def _artifact(path: str) -> dict[str, str]:
    address = uri(path)
    return {"uri": address} if address.startswith("file:") else {"uri": address, "uriBaseId": "%SRCROOT%"}


def _region(at: Span) -> dict[str, int]:
    return dict(zip(("startLine", "startColumn", "endLine", "endColumn"), lines_of(at), strict=True))


def fixes(fix: Fix) -> list[dict[str, Any]]:
    """A fix: what is replaced in which files."""
    by_file: defaultdict[str, list[Edit]] = defaultdict(list)
    for edit in fix.edits:
        by_file[edit.at.path].append(edit)
    changes = [
        {
            "artifactLocation": _artifact(path),
            "replacements": [{"deletedRegion": _region(one.at), "insertedContent": text(one.replacement)} for one in edits],
        }
        for path, edits in by_file.items()
    ]
    return [{"description": text(fix.title), "artifactChanges": changes}]


def code_flows(found: Reported, report: Report) -> list[dict[str, Any]]:
    """From the evidence about a checkpoint to the line that uses it; none for a finding in the checkpoint itself.

    GitHub needs a place for each step: evidence in files of another folder is shown at the line that names the checkpoint.
    """
    if found.finding.at is None or found.rule.partition("/")[0] not in ("deploy", "finetune", "evaluate"):
        return []
    checkpoint = next((one for one in report.checkpoints if one.target == found.target and one.verdict), None)
    if checkpoint is None:
        return []
    steps = list(_steps(found, checkpoint))
    if not steps:
        return []
    steps += [location(found, one.at, one.says) for one in found.finding.related]
    steps.append(location(found, message=found.finding.message))
    flow = [{"location": one, "executionOrder": number} for number, one in enumerate(steps, 1)]
    return [{"threadFlows": [{"locations": flow}]}]


def _steps(found: Reported, checkpoint: CheckpointReport) -> Iterator[dict[str, Any]]:
    verdict = checkpoint.verdict
    for weighed in verdict.decisive[:_MOST_STEPS] if verdict else ():
        evidence = weighed.evidence
        near = evidence.at if checkpoint.source == "folder" else None
        at = replace(near, path=f"{checkpoint.target}/{near.path}") if near else None
        said = f"{checkpoint.target}: {evidence.because} ({weighed.signal}, {evidence.weight:+.1f} nats)"
        yield location(found, at or found.finding.at, said)
