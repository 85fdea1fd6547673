"""Applies the fixes of findings: edits in the text of files, which leave the rest of it as it is."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import field
from pathlib import Path

from modelcheck.config import is_file
from modelcheck.documents.text import offset, span, whole_lines
from modelcheck.findings import Edit, Fix
from modelcheck.records import mutable
from modelcheck.report import Reported
from modelcheck.writing import write_file

_QUOTES = ("'", '"')


@mutable
class Plan:
    """``texts`` is path → the file's text before and after; ``made`` counts the edits; ``left`` says why others are not made."""

    texts: dict[Path, tuple[str, str]] = field(default_factory=dict)
    made: int = 0
    left: list[str] = field(default_factory=list)

    def diff(self) -> Iterator[str]:
        """Yield the plan as a unified diff."""
        import difflib

        for path, (before, after) in sorted(self.texts.items()):
            yield from difflib.unified_diff(whole_lines(before), whole_lines(after), f"a/{path.as_posix()}", f"b/{path.as_posix()}")

    def write(self) -> None:
        """Replace each file, whole or not at all. Raises OSError."""
        for path, (_, after) in self.texts.items():
            write_file(path, after.encode())


def plan_fixes(findings: Iterable[Reported], *, unsafe: bool) -> Plan:
    """Return the edits of every safe fix, or with ``unsafe`` of all fixes. Each place is edited once."""
    plan = Plan()
    wanted: dict[Path, dict[Edit, int]] = {}
    for found in findings:
        fix = found.finding.fix
        if fix is None or not fix.edits or not found.local:
            continue
        if not (fix.safe or unsafe):
            plan.left.append(f"{fix.edits[0].at}: not applied, because it is not a safe fix (use --unsafe-fixes): {fix.title}")
            continue
        for edit in fix.edits:
            wanted.setdefault(Path(edit.at.path), {})[edit] = 1
    for path, edits in wanted.items():
        _edit(plan, path, list(edits))
    return plan


def possible(fix: Fix) -> Fix:
    """Return a fix as it can be made: each edit at exactly the text that it replaces, which may be inside of quotation marks.

    Without its edits, and with the reason, if a file does not have the text to replace.
    """
    plan = Plan()
    for path in {edit.at.path for edit in fix.edits}:
        _edit(plan, Path(path), [edit for edit in fix.edits if edit.at.path == path])
    if plan.made != len(fix.edits):
        return Fix(f"{fix.title} (by hand: the text is written in another way)")
    return Fix(fix.title, tuple(_exact(edit, plan) for edit in fix.edits), fix.safe)


def _exact(edit: Edit, plan: Plan) -> Edit:
    before = plan.texts.get(Path(edit.at.path), ("", ""))[0]
    found = _place(before, edit)
    return Edit(span(edit.at.path, before, *found), edit.replacement, edit.expected) if found and before else edit


def _edit(plan: Plan, path: Path, edits: list[Edit]) -> None:
    if os.path.islink(path) or not is_file(path):  # noqa: PTH114 - pathlib raises where a folder may not be entered
        plan.left.append(f"{path}: not a plain file, so not edited")
        return
    try:
        with path.open(encoding="utf-8", newline="") as file:
            before = file.read()
    except (OSError, UnicodeDecodeError) as error:
        plan.left.append(f"{path}: {error}")
        return
    text, after = before, len(before)
    for edit in sorted(edits, key=lambda one: (one.at.line or 0, one.at.column or 0), reverse=True):
        place = _place(before, edit)
        if place is None or place[1] > after:
            plan.left.append(f"{edit.at}: the text to replace is not found here")
            continue
        start, end = place
        text, after = text[:start] + edit.replacement + text[end:], start
        plan.made += 1
    if text != before:
        plan.texts[path] = (before, text)


def _place(text: str, edit: Edit) -> tuple[int, int] | None:
    """The offsets of the text that an edit replaces, without quotation marks around it; None if the text there is another."""
    at = edit.at
    if at.line is None or at.column is None or at.end_column is None:
        return None
    start, end = offset(text, at.line, at.column), offset(text, at.end_line or at.line, at.end_column)
    if start is None or end is None:
        return None
    if edit.expected is None or text[start:end] == edit.expected:
        return start, end
    quoted = any(text[start:end] == f"{quote}{edit.expected}{quote}" for quote in _QUOTES)
    return (start + 1, end - 1) if quoted else None
