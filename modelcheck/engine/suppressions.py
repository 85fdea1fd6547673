"""``# modelcheck: ignore[rule] reason`` in a scanned file, whatever its comments look like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import field

from modelcheck.documents.text import lines
from modelcheck.engine.statements import Statements
from modelcheck.patterns import lazy
from modelcheck.records import mutable

TAG = b"modelcheck:"
_COMMENT = lazy(r"(?<!`)modelcheck:[ \t]*ignore\b(?:\[(?P<rules>[^\[\]\n]*)\])?(?P<reason>[^\n]*)")
_ALONE = lazy(r"[\s#/*;%<!-]*(rem\b)?[\s#/*;%<!-]*", re.IGNORECASE)
_MARK = lazy(r"(#|//|/\*|<!--|;|%|\brem\b|\{#)[^\n]*$", re.IGNORECASE)
_CLOSED = lazy(r"[ \t]*(-->|\*/|#\})[ \t]*$")


@mutable
class Suppression:
    """One comment, in ``line``. It ignores findings in the lines ``covered``, which are those of one statement and its children.

    A comment alone is about the statement below it, and one at the end of a line about the statement of that line.
    """

    path: str
    line: int
    covered: frozenset[int]
    rules: frozenset[str]
    reason: str
    statements: Statements = field(repr=False)
    used: bool = False

    def covers(self, rule: str) -> bool:
        """Whether it names a rule or the rule's area."""
        return rule in self.rules or rule.partition("/")[0] in self.rules


def read_suppressions(path: str, text: str) -> Iterator[Suppression]:
    """Yield every comment of a file that ignores rules, also those that name none."""
    every = lines(text)
    following = _following(every)
    statements = Statements(path, every)
    for number, line in enumerate(every, 1):
        found = _COMMENT.search(line) if "modelcheck:" in line else None
        if not found or not _MARK.search(line[: found.start()]):
            continue
        alone = _ALONE.fullmatch(line[: found.start()]) is not None
        rules = frozenset(rule.strip().rstrip("/") for rule in (found["rules"] or "").split(",") if rule.strip())
        about = following.get(number, number) if alone else statements.continued_from(number)
        covered = statements.covered(about)
        yield Suppression(path, number, frozenset(covered), rules, _CLOSED.sub("", found["reason"]).strip(" :-"), statements)


def _following(every: list[str]) -> dict[int, int]:
    """Each line with such a comment → the next one that is neither empty nor another such comment, if there is one."""
    found: dict[int, int] = {}
    after = 0
    for number in range(len(every), 0, -1):
        if "modelcheck:" in every[number - 1]:
            if after:
                found[number] = after
        elif every[number - 1].strip():
            after = number
    return found


def by_place(suppressions: Iterable[Suppression]) -> dict[tuple[str, int | None], list[Suppression]]:
    """The comments that give a reason, by the file and each line that they are about."""
    found: dict[tuple[str, int | None], list[Suppression]] = {}
    for one in suppressions:
        for line in one.covered if one.reason else ():
            found.setdefault((one.path, line), []).append(one)
    return found
