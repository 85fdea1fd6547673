"""Places that plug-ins give: whether a file has them. A reader of the report goes there, and must find something."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from modelcheck.documents.text import decode, lines
from modelcheck.errors import Absent, Broken, TargetError
from modelcheck.facts.model_use import ModelUse
from modelcheck.findings import Span
from modelcheck.sources import Source

Problem = tuple[str, Span | None]
"""What is wrong with a place, and the place to report instead of it."""
_LONGEST = 4 * 2**20
"""Bytes of a file whose lines are counted."""


class Places:
    """What is known of the files that places name."""

    def __init__(self, has: Callable[[str], bool], read: Callable[[str], Sequence[str] | None], hint: str = "") -> None:
        self._has = cache(has)
        self._read = cache(read)  # a rule may yield a thousand places in one file
        self._hint = hint

    def problem(self, at: Span | None) -> Problem | None:
        """What is wrong with a place; None for one that is right, or of which that is not known."""
        if at is None:
            return None
        for number in (at.line, at.column, at.end_line, at.end_column):
            if number is not None and number < 1:
                return f"the place {at} has the number {number}, and lines and columns count from 1", self._whole(at)
        if not self._has(at.path):
            return f"the place {at} is in no file of what is scanned{self._hint}", None
        if (at.end_line or at.line or 0, at.end_column or 2**40) < (at.line or 0, at.column or 0):
            return f"the place {at} ends before it begins, at {at.end_line}:{at.end_column}", self._whole(at)
        return self._beyond(at)

    def _beyond(self, at: Span) -> Problem | None:
        text = self._read(at.path) if at.line is not None else None
        if text is None or at.line is None:
            return None
        last = max(len(text), 1)
        if max(at.line, (at.end_line or 1) - 1) > last:
            return f"the place {at} is beyond the end of the file, which has {last} line{'s' * (last > 1)}", Span(at.path)
        length = len(text[at.line - 1]) if text else 0
        if (at.column or 1) > length + 2:  # the end of the line, and a byte-order mark
            return f"the place {at} is beyond the end of the line, which has {length} characters", Span(at.path, at.line)
        return None

    def _whole(self, at: Span) -> Span | None:
        return Span(at.path) if self._has(at.path) else None


def of_checkpoint(source: Source) -> Places:
    """The places in a checkpoint's own files."""

    def has(path: str) -> bool:
        try:
            files = source.files()
            folder = path.strip("./")
            if not files or not folder or path in files or any(one.startswith(f"{folder}/") for one in files):
                return True
            source.read_range(path, 0, 1)
        except Absent:
            return False
        except (Broken, TargetError):
            return True
        return True

    def read(path: str) -> Sequence[str] | None:
        try:
            return lines(decode(path, source.read(path, _LONGEST)))
        except (Absent, Broken, TargetError):
            return None

    return Places(has, read, ": take it from a fact's at(…), or write Span(fact.path, line, column)")


def of_use(use: ModelUse) -> Places:
    """The places in files of the tree in which a use is. Files that are not on this machine are not looked at."""
    own = {one.path for one in (use.at, use.used_at, use.used_in) if one is not None}
    local = all(Path(path).is_file() for path in own)

    def read(path: str) -> Sequence[str] | None:
        if not local:
            return None
        try:
            with Path(path).open("rb") as file:
                content = file.read(_LONGEST + 1)
            return lines(decode(path, content)) if len(content) <= _LONGEST else None
        except (OSError, ValueError, Broken):
            return None

    hint = ": a rule about a use points into the files of the use, such as use.at"
    return Places(lambda path: not local or path in own or Path(path).exists(), read, hint)


def of_text(path: str, text: str) -> Places:
    """The places that a reader gives for the file at ``path``, and for the others that it reads."""
    found = lines(text)
    return Places(lambda _: True, lambda one: found if one == path else None)
