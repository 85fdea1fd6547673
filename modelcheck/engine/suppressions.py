"""``# modelcheck: ignore[rule] reason`` in a scanned file, whatever its comments look like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from modelcheck.documents.text import lines
from modelcheck.patterns import lazy

TAG = b"modelcheck:"
_COMMENT = lazy(r"modelcheck:[ \t]*ignore\[(?P<rules>[^\]\n]*)\](?P<reason>[^\n]*)")
_ALONE = lazy(r"[\s#/*;%<!-]*(rem\b)?[\s#/*;%<!-]*", re.IGNORECASE)
_CLOSED = lazy(r"[ \t]*(-->|\*/|#\})[ \t]*$")


@dataclass(slots=True)
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
    for number, line in enumerate(every, 1):
        found = _COMMENT.search(line) if "modelcheck:" in line else None
        if not found:
            continue
        alone = _ALONE.fullmatch(line[: found.start()]) is not None
        rules = frozenset(rule.strip().rstrip("/") for rule in found["rules"].split(",") if rule.strip())
        yield Suppression(
            path, number, _next(every, number) if alone else number, rules, _CLOSED.sub("", found["reason"]).strip(" :-")
        )


def _next(every: list[str], number: int) -> int:
    """The next line that is neither empty nor another such comment."""
    following = (at for at, line in enumerate(every[number:], number + 1) if line.strip() and "modelcheck:" not in line)
    return next(following, number)


def covering(suppressions: Iterable[Suppression], path: str, line: int | None, rule: str) -> Suppression | None:
    """Return the comment that ignores a finding and gives a reason, if there is one."""
    fitting = (one for one in suppressions if one.path == path and one.target == line and one.covers(rule) and one.reason)
    return next(fitting, None)
