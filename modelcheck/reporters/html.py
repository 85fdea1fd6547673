"""``--format html``: one page without scripts and without a network: verdicts, findings, uses, and what was not done."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from modelcheck.findings import Axis, Severity, Weighed
from modelcheck.printable import one_line
from modelcheck.report import CheckpointReport, Report, Reported, RuleInfo, Style, by_reason
from modelcheck.reporters.excerpts import fixed_line, source_line
from modelcheck.reporters.pages import page_environment, page_style
from modelcheck.reporters.places import ranked
from modelcheck.reporters.summary import confidence, fixable, label, plural, summary
from modelcheck.reporters.xml_text import without_noncharacters
from modelcheck.version import VERSION

_FULL = 8.0
"""Nats at which a bar is full."""
_HALF = 60
"""Half of the width of a drawing, in its own units."""
_MOST_EVIDENCE = 12
_SIDES = {Axis.STAGE: ("base", "instruct"), Axis.TASK: ("text generation", "another task")}


def html_report(report: Report, style: Style) -> str:
    """The page."""
    from markupsafe import Markup

    template = page_environment(Path(__file__).parent).get_template("report.html.jinja")
    clean: Report = one_line(report)
    asked = [one for one in clean.checkpoints if one.asked]
    page = template.render(
        version=VERSION,
        style=Markup(page_style()),  # noqa: S704 - our own file
        summary=one_line(summary(report, style)),
        fixable=fixable(report),
        counts=[(str(one), report.count(one)) for one in sorted(Severity, reverse=True)],
        checkpoints=[_checkpoint(one) for one in asked],
        findings=[_finding(found) for found in ranked(report.findings)],
        rules={one_line(name): _rule(rule) for name, rule in report.rules.items()},
        uses=[
            {"use": one.use, "label": one.verdict.label if one.verdict else None, "confidence": confidence(one.verdict)}
            for one in clean.uses
        ],
        report=clean,
        skipped=[
            (one.target, [(reason, len(rules)) for reason, rules in by_reason(one.skipped).items()]) for one in asked if one.skipped
        ],
        plural=plural,
        anchor=anchor,
    )
    return without_noncharacters(page)


def _checkpoint(checkpoint: CheckpointReport) -> dict[str, Any]:
    verdict = checkpoint.verdict
    axis = Axis.TASK if label(checkpoint) == "not-applicable" else Axis.STAGE
    of_axis = [one for one in verdict.decisive if one.evidence.axis is axis and one.evidence.weight] if verdict else []
    evidence = [_evidence(one, _SIDES[axis]) for one in of_axis]
    return {
        "it": checkpoint,
        "label": label(checkpoint),
        "confidence": confidence(verdict).strip(" ()"),
        "sub_labels": verdict.sub_labels if verdict else (),
        "sides": _SIDES[axis],
        "evidence": evidence[:_MOST_EVIDENCE],
        "more": len(evidence[_MOST_EVIDENCE:]),
    }


def _evidence(weighed: Weighed, sides: tuple[str, str]) -> dict[str, Any]:
    """One observation with its bar: ``x`` and ``width`` in the drawing's units, around the axis in its middle."""
    evidence = weighed.evidence
    width = round(min(_FULL, abs(evidence.weight)) / _FULL * _HALF, 1)
    return {
        "weight": f"{evidence.weight:+.1f}",
        "toward": sides[evidence.weight > 0],
        "positive": evidence.weight > 0,
        "x": _HALF if evidence.weight > 0 else _HALF - width,
        "width": width,
        "because": evidence.because,
        "at": evidence.at,
        "signal": weighed.signal,
    }


def _finding(found: Reported) -> dict[str, Any]:
    clean: Reported = one_line(found)
    return {"it": clean, "finding": clean.finding, "line": source_line(found), "fixed": fixed_line(found)}


def _rule(rule: RuleInfo) -> dict[str, Any]:
    address = rule.address if rule.address and re.fullmatch(r"https?://[!-~]+", rule.address) else None
    why = [_prose(part) for part in rule.why.split("\n\n") if not part.lstrip().startswith(("```", "|"))]
    return {"title": one_line(rule.title), "why": why, "fix": _prose(rule.fix), "address": address, "severity": str(rule.severity)}


def _prose(text: str) -> list[tuple[bool, str]]:
    """A paragraph of Markdown as pieces of text; true for inline code. Its other marks stay as they are written."""
    parts = re.split("`([^`]+)`", " ".join(text.split()))
    return [(number % 2 == 1, one_line(part)) for number, part in enumerate(parts) if part]


def anchor(rule: str) -> str:
    """The name of a rule as an anchor."""
    return "rule-" + re.sub(r"[^\w-]+", "-", rule)
