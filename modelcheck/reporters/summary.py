"""What every report for people ends with: how much was found, in how much, and what was not done."""

from __future__ import annotations

import math
from collections.abc import Iterator

from modelcheck.findings import Severity
from modelcheck.report import CheckpointReport, Report, Style
from modelcheck.verdict import SURE, Verdict


def summary(report: Report, style: Style) -> str:
    """The last line: findings by severity, in how many checkpoints and uses, and what failed or was left out."""
    counts = [plural(report.count(one), str(one)) for one in sorted(Severity, reverse=True) if report.count(one)]
    scanned = ((sum(checkpoint.asked for checkpoint in report.checkpoints), "checkpoint"), (len(report.uses), "use"))
    of = " and ".join(plural(count, word) for count, word in scanned if count)
    of = of or (plural(report.files_read, "file") if report.files_read else "")
    first = f"{', '.join(counts) or 'no findings'} in {of}" if of else "nothing to check"
    return " · ".join([first, *_left(report, style)])


def _left(report: Report, style: Style) -> Iterator[str]:
    crashes = sum(error.kind == "crash" for error in report.errors)
    mistakes = sum(error.kind == "plugin" for error in report.errors)
    unread = len({error.target for error in report.errors if error.kind not in ("crash", "plugin")})
    if unread:
        yield f"{plural(unread, 'target')} failed"
    if crashes:
        yield f"{crashes} {'crash' if crashes == 1 else 'crashes'}"
    if mistakes:
        yield f"{plural(mistakes, 'mistake')} in plug-ins"
    for kinds, word in ((("comment", "settings"), "suppressed"), (("baseline",), "in the baseline")):
        count = sum(one.by in kinds for one in report.suppressed)
        if count:
            yield f"{count} {word}"
    unresolved = len(report.unresolved) + sum(bool(one.use.unresolved) for one in report.uses)
    if unresolved:
        yield f"{unresolved} unresolved"
    if report.files_left:
        yield f"{plural(len(report.files_left), 'file')} not read{'' if style.verbosity > 0 else ' (-v lists them)'}"


def fixable(report: Report) -> str:
    """``3 fixable with --fix, 2 more with --unsafe-fixes``; an empty text if there is nothing to fix."""
    fixes = [found.finding.fix for found in report.findings if found.local and found.finding.fix and found.finding.fix.edits]
    safe = sum(fix.safe for fix in fixes)
    unsafe = len(fixes) - safe
    more = f"{unsafe}{' more' if safe else ' fixable'} with --fix --unsafe-fixes" if unsafe else ""
    return ", ".join(filter(None, (f"{safe} fixable with --fix" if safe else "", more)))


def label(checkpoint: CheckpointReport) -> str:
    """The verdict's label; ``unknown`` where there is none."""
    return checkpoint.verdict.label if checkpoint.verdict else "unknown"


def confidence(verdict: Verdict | None) -> str:
    """`` (98.9%)`` or, of an undecided verdict, `` (83% instruct)``; an empty text where neither applies."""
    if verdict is None or verdict.p_instruct is None:
        return ""
    if verdict.confidence is None:
        return f" ({_percent(verdict.p_instruct)} instruct)"
    return f" ({verdict.confidence:.1%})"


def plural(count: int, word: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _percent(probability: float) -> str:
    """A probability of an undecided verdict, never rounded to the limits from which a label is assigned."""
    whole = f"{probability:.0%}"
    if whole not in (f"{SURE:.0%}", f"{1 - SURE:.0%}"):
        return whole
    return f"{(math.floor if probability > 0.5 else math.ceil)(1000 * probability) / 10:.1f}%"
