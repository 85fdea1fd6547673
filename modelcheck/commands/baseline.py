"""``scan --baseline``: known findings are left out of the report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelcheck.report import Report, Reported


def use_baseline(report: Report, path: Path, *, update: bool, prune: bool) -> None:
    """Leave out the findings that the baseline lists; create it from the report's findings if it is missing.

    ``update`` replaces its findings by those of the report, ``prune`` removes those that are no longer found. Neither is done by a
    run that was interrupted or could not read every target, which would lose what it did not see. Raises Misuse, WriteError.
    """
    from modelcheck.commands.output import say
    from modelcheck.config import exists
    from modelcheck.engine.baseline import apply_baseline

    known = exists(path)
    if known and not update:
        before = len(report.findings)
        stale = apply_baseline(path, report)
        ignored = before - len(report.findings)
        if stale and prune and _whole(report, path):
            _write(path, [one.found for one in report.suppressed if one.by == "baseline"])
            say(f"{path}: {_entries(stale)} removed (no longer found), {ignored} left", error=True)
        elif stale:
            say(f"{path}: {_entries(stale)} no longer found; remove with --baseline-prune", error=True)
    elif not known or _whole(report, path):
        findings = report.findings
        _write(path, findings)
        say(f"{path}: {'updated' if known else 'created'} with {_findings(len(findings))} to ignore from now on", error=True)
        from modelcheck.report import Suppressed

        report.suppressed += [Suppressed(found, "baseline") for found in findings]
        report.findings = []


def _whole(report: Report, path: Path) -> bool:
    """Whether the run saw everything; says so if it did not."""
    from modelcheck.commands.output import say

    whole = not report.errors and not report.interrupted
    if not whole:
        say(f"{path}: not changed, since the run did not read everything", error=True)
    return whole


def _write(path: Path, findings: list[Reported]) -> None:
    from modelcheck.commands.output import write_errors
    from modelcheck.engine.baseline import write_baseline

    with write_errors(path):
        write_baseline(path, findings)


def _entries(count: int) -> str:
    return f"{count} stale {'entry' if count == 1 else 'entries'}"


def _findings(count: int) -> str:
    return f"{count} finding{'' if count == 1 else 's'}"
