"""``# modelcheck: ignore[rule] reason`` in a scanned file, whatever its comments look like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from modelcheck.documents.text import lines
from modelcheck.patterns import lazy
from modelcheck.records import mutable

TAG = b"modelcheck:"
_COMMENT = lazy(r"modelcheck:[ \t]*ignore\[(?P<rules>[^\[\]\n]*)\](?P<reason>[^\n]*)")
_ALONE = lazy(r"[\s#/*;%<!-]*(rem\b)?[\s#/*;%<!-]*", re.IGNORECASE)
_CLOSED = lazy(r"[ \t]*(-->|\*/|#\})[ \t]*$")


@mutable
class Suppression:
    """One comment, in ``line``. It ignores findings in ``target``: its own line, or the next one if the comment is alone."""

    path: str
    line: int
    target: int
    rules: frozenset[str]
    reason: str
    used: bool = False

    def covers(self, rule: str) -> bool:
        """Whether it names a rule or the rule's area."""
        return rule in self.rules or rule.partition("/")[0] in self.rules


def read_suppressions(path: str, text: str) -> Iterator[Suppression]:
    """Yield every comment of a file that ignores rules."""
    every = lines(text)
    following = _following(every)
    for number, line in enumerate(every, 1):
        found = _COMMENT.search(line) if "modelcheck:" in line else None
        if not found:
            continue
        alone = _ALONE.fullmatch(line[: found.start()]) is not None
        rules = frozenset(rule.strip().rstrip("/") for rule in found["rules"].split(",") if rule.strip())
        yield Suppression(
            path, number, following.get(number, number) if alone else number, rules, _CLOSED.sub("", found["reason"]).strip(" :-")
        )


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
    """The comments that give a reason, by the file and the line that they are about."""
    found: dict[tuple[str, int | None], list[Suppression]] = {}
    for one in suppressions:
        if one.reason:
            found.setdefault((one.path, one.target), []).append(one)
    return found
