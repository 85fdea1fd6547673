"""Words of which each match of a regular expression holds at least one: a text without them need not be searched."""

from __future__ import annotations

import re
from itertools import product
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

_MOST = 40
"""Texts that are told apart; what can be more of them counts as unknown."""
_FEW = 4
"""Characters of a class such as ``[- ]``."""
_ZERO_WIDTH = (ops.AT, ops.ASSERT, ops.ASSERT_NOT)
_REPEATS = (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT)
Texts = frozenset[str]


def needed_words(pattern: str) -> tuple[str, ...]:
    """The words, casefolded and sorted, none of which holds another one; none if a match need not hold any."""
    found = _needed(_parser.parse(pattern, re.IGNORECASE))
    folded = {text.casefold() for text in found or ()}
    return tuple(sorted(one for one in folded if not any(other != one and other in one for other in folded)))


def _needed(sequence: Any) -> Texts | None:
    """One text of these is in each match of a sequence, the best such set; None if nothing is known."""
    candidates: list[Texts] = []
    run: Texts = frozenset(("",))
    for item in sequence:
        exact = _exact(item)
        if exact is not None and len(run) * len(exact) <= _MOST:
            run = frozenset(a + b for a, b in product(run, exact))
            continue
        candidates.append(run)
        candidates += filter(None, [_inside(item)])
        run = exact if exact is not None and len(exact) <= _MOST else frozenset(("",))
    candidates.append(run)
    usable = [one for one in candidates if all(one)]
    return max(usable, key=lambda one: (min(_weight(text) for text in one), -len(one)), default=None)


def _weight(text: str) -> int:
    """How much a text rules out: three letters, or one character of a script that has thousands, or two of any other."""
    return min(sum(3 if ord(sign) > 0x2E80 else 1 for sign in text), 5)


def _inside(item: Any) -> Texts | None:
    """As ``_needed``, for one item of a sequence."""
    op, value = item
    if op is ops.SUBPATTERN:
        return _needed(value[-1])
    if op is ops.ATOMIC_GROUP:
        return _needed(value)
    if op in _REPEATS:
        return _needed(value[2]) if value[0] else None
    if op is ops.BRANCH:
        each = [_needed(branch) for branch in value[1]]
        return None if None in each else frozenset().union(*filter(None, each))
    return None


def _exact(item: Any) -> Texts | None:
    """All texts that an item can match; None if they are too many."""
    op, value = item
    if op is ops.LITERAL:
        return frozenset((chr(value),))
    if op in _ZERO_WIDTH:
        return frozenset(("",))
    if op is ops.IN:
        plain = all(kind is ops.LITERAL for kind, _ in value) and len(value) <= _FEW
        return frozenset(chr(code) for _, code in value) if plain else None
    if op is ops.SUBPATTERN:
        return _all_of(value[-1])
    if op is ops.ATOMIC_GROUP:
        return _all_of(value)
    if op is ops.BRANCH:
        each = [_all_of(branch) for branch in value[1]]
        return None if None in each else _bounded(frozenset().union(*filter(None, each)))
    if op in _REPEATS and value[1] == 1:
        inner = _all_of(value[2])
        return inner if inner is None or value[0] else inner | {""}
    return None


def _all_of(sequence: Any) -> Texts | None:
    found: Texts = frozenset(("",))
    for item in sequence:
        exact = _exact(item)
        if exact is None or len(found) * len(exact) > _MOST:
            return None
        found = frozenset(a + b for a, b in product(found, exact))
    return found


def _bounded(texts: Texts) -> Texts | None:
    return texts if len(texts) <= _MOST else None
