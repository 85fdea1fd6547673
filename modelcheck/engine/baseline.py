"""A baseline: the findings that a repository had when it adopted modelcheck, which are ignored until they are fixed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from modelcheck.errors import Misuse
from modelcheck.piped import read_named
from modelcheck.report import Report, Reported, Suppressed
from modelcheck.writing import write_file

_LARGEST = 64 * 2**20
Key = tuple[str, ...]


def _key(found: Reported) -> Key:
    """Rule, file and message: how version 1 knew a finding. No line, so that lines above it may move."""
    at = found.finding.at
    return found.rule, at.path if at else found.target, found.finding.message


def write_baseline(path: Path, findings: Iterable[Reported]) -> None:
    """Write the findings to a file, sorted. Raises OSError.

    Only the fingerprint says which finding is meant; rule, path and message are for the reader.
    """
    entries = [
        {"rule": key[0], "path": key[1], "fingerprint": fingerprint, "message": key[2]}
        for key, fingerprint in sorted((_key(found), found.fingerprint) for found in findings)
    ]
    write_file(path, (json.dumps({"version": 2, "findings": entries}, indent=1, ensure_ascii=False) + "\n").encode())


def apply_baseline(path: Path, report: Report) -> int:
    """Move a baseline's findings to the suppressed ones, each as often as it is listed; returns the number of stale entries.

    Entries without a fingerprint, of a baseline of version 1, are known by rule, file and message. Raises Misuse for an invalid
    file.
    """
    try:
        data = json.loads(read_named(path, _LARGEST).decode())
        known = Counter(_entry(one) for one in data["findings"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise Misuse(f"{path} is not a valid baseline file: {type(error).__name__}: {error}") from None
    kept = []
    for found in report.findings:
        key = next((key for key in ((found.fingerprint,), _key(found)) if known[key] > 0), None)
        if key is None:
            kept.append(found)
        else:
            known[key] -= 1
            report.suppressed.append(Suppressed(found, "baseline"))
    report.findings = kept
    return sum(known.values())


def _entry(one: Any) -> Key:
    return (str(one["fingerprint"]),) if "fingerprint" in one else (str(one["rule"]), str(one["path"]), str(one["message"]))
