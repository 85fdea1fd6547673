"""What makes a finding the same one in another run, its source line, and what its rule's page says."""

from __future__ import annotations

import stat
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from modelcheck.documents.text import lines
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.registry import Registry
from modelcheck.report import Excerpt, Report, Reported, RuleInfo, place

LONGEST = 400
"""Characters of a source line that are shown; of a longer one, those around the place."""
_BEFORE = 120
_SECRET = lazy(
    r"(?:hf_|gh[pousr]_|github_pat_|glpat-|AKIA|ASIA|sk-|AIza|xox[baprs]-|npm_|pypi-)[\w-]{12,}|(?<=://)[^/\s:@]{1,100}:[^/\s@]{1,100}(?=@)|"
    r"(?<=password)[\"']?\s{0,9}[=:]\s{0,9}\S+|(?i:(?:api_?key|secret|hf_token|access_token|auth_token))[\"']?\s{0,9}[=:]\s{0,9}\S+"
)
"""Tokens and passwords, which are not repeated in a report: a log is read by more people than the file."""
_MOST_LINES = 20
_MOST_BYTES = 8 * 2**20
ADDRESS: str | None = None
"""The address of a rule's page, with ``{rule}`` for its name; None as long as the documentation is not published."""


def complete(report: Report, registry: Registry, within: Path | None) -> None:
    """Add to each finding of one target its identity and source line, and to the report the pages of the rules that found them.

    Only files inside the folder ``within`` are read (None: no file), links followed.
    """
    report.findings.sort(key=place)
    files = _Files(within)
    seen: Counter[str] = Counter()
    made: dict[int, Reported] = {}
    every = [*report.findings, *(one.found for one in report.suppressed)]
    for found in sorted(every, key=place):
        text = files.lines(found.finding.at) if found.local else ()
        same = _same(found, text)
        seen[same] += 1
        excerpt = _excerpt(found.finding.at, text)
        made[id(found)] = Reported(
            found.rule, found.severity, found.target, found.finding, found.local, f"{same}\0{seen[same]}", excerpt
        )
    report.findings = [made[id(found)] for found in report.findings]
    report.suppressed = [type(one)(made[id(one.found)], one.by, one.reason) for one in report.suppressed]
    for name in dict.fromkeys(found.rule for found in every):
        rule = registry.ready.get(name)  # it ran, so it is imported; asking for any rule would list the folders of all
        if rule is not None:
            page, address = rule.page, ADDRESS.format(rule=name) if ADDRESS and rule.plugin.startswith("modelcheck") else None
            report.rules[name] = RuleInfo(name, page.title, page.text, page.sections.get("Fix", ""), rule.severity, address)


def _same(found: Reported, text: Sequence[str]) -> str:
    """Rule, path and the text at the place, without a line number and without our words; the target where there is no text."""
    at = found.finding.at
    path = at.path if at else ""
    if at is None or not text:
        return "\0".join((found.rule, path or found.target, found.target))
    said = " ".join(" ".join(text).split())
    if len(said) > LONGEST:  # of a long line, such as a whole JSON file, only the place itself
        said = text[0][(at.column or 1) - 1 : (at.end_column or 0) - 1 if at.end_line == at.line else None][:LONGEST]
    return f"{found.rule}\0{path}\0{said}"


def _excerpt(at: Span | None, text: Sequence[str]) -> Excerpt | None:
    """The first line of a place; a long one from shortly before the place."""
    if at is None or at.line is None or not text:
        return None
    start = 1 if len(text[0]) <= LONGEST else max(1, (at.column or 1) - _BEFORE)
    shown = text[0][start - 1 : start - 1 + LONGEST]
    return Excerpt(at.line, _SECRET.sub(lambda secret: "*" * len(secret[0]), shown), start)


class _Files:
    """The lines of files inside a folder. The file that was asked for last is kept: findings come by file."""

    def __init__(self, within: Path | None) -> None:
        self._within = within.resolve() if within else None
        self._path = ""
        self._lines: list[str] = []

    def lines(self, at: Span | None) -> Sequence[str]:
        """The lines of a place, at most twenty; none for a place without a line, and for a file that is not read."""
        if at is None or at.line is None or self._within is None:
            return ()
        if at.path != self._path:
            self._path, self._lines = at.path, self._read(Path(at.path), self._within)
        return self._lines[at.line - 1 : min(at.end_line or at.line, at.line + _MOST_LINES - 1)]

    @staticmethod
    def _read(path: Path, within: Path) -> list[str]:
        try:
            real = path.resolve(strict=True)
            if not real.is_relative_to(within) or not stat.S_ISREG(real.stat().st_mode):
                return []
            with real.open("rb") as file:
                content = file.read(_MOST_BYTES + 1)
        except (OSError, RuntimeError, ValueError):  # RuntimeError: links in a circle; ValueError: NUL in a name
            return []
        encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
        return lines(content.decode(encoding, "replace")) if len(content) <= _MOST_BYTES else []
