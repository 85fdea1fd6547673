"""A baseline: the findings that a repository had when it adopted modelcheck, which are ignored until they are fixed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from modelcheck.errors import Misuse
from modelcheck.piped import read_named
from modelcheck.report import Report, Reported
from modelcheck.writing import write_file

_LARGEST = 64 * 2**20
Key = tuple[str, str, str]


def _key(found: Reported) -> Key:
    """Rule, file and message, but no line: a finding stays the same when lines above it are added or removed."""
    at = found.finding.at
    return found.rule, at.path if at else found.target, found.finding.message


def write_baseline(path: Path, findings: Iterable[Reported]) -> None:
    """Write the findings to a file, sorted. Raises OSError."""
    entries = [{"rule": rule, "path": where, "message": message} for rule, where, message in sorted(map(_key, findings))]
    write_file(path, (json.dumps({"version": 1, "findings": entries}, indent=1, ensure_ascii=False) + "\n").encode())


def apply_baseline(path: Path, report: Report) -> int:
    """Remove a baseline's findings from a report, each as often as the baseline lists it; returns the number of stale entries.

    Raises Misuse for an invalid file.
    """
    try:
        data = json.loads(read_named(path, _LARGEST).decode())
        known = Counter((str(one["rule"]), str(one["path"]), str(one["message"])) for one in data["findings"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise Misuse(f"{path} is not a valid baseline file: {type(error).__name__}: {error}") from None
    kept = []
    for found in report.findings:
        if known[_key(found)] > 0:
            known[_key(found)] -= 1
        else:
            kept.append(found)
    report.findings = kept
    return sum(known.values())
