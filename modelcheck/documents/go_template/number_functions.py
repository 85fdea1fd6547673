"""The functions of Go templates and sprig that count and calculate."""

from __future__ import annotations

from collections.abc import Callable

from modelcheck.documents.go_template.data import (
    MAX_ITEMS,
    Unfit,
    Value,
    integer,
)
from modelcheck.documents.go_template.traced import Text


def until(*numbers: Value) -> Value:
    """``until``, ``untilStep`` and ``seq``'s list of numbers. Raises Unfit for more than 100,000."""
    first, last, step = (0, integer(numbers[0]), 1) if len(numbers) == 1 else tuple(integer(one) for one in numbers)
    return list(_counted(first, last, step))


def sequence_text(*numbers: Value) -> Value:
    """``seq``: the numbers to the last one, with blanks between."""
    given = [integer(one) for one in numbers]
    first, step, last = (1, 1, given[0]) if len(given) == 1 else (given[0], 1, given[1]) if len(given) == 2 else tuple(given)
    return Text(" ".join(map(str, _counted(first, last + (1 if step > 0 else -1), step))))


def _counted(first: int, last: int, step: int) -> range:
    found = range(first, last, step)
    if len(found) > MAX_ITEMS:
        raise Unfit
    return found


def of_integers(count: Callable[..., int]) -> Callable[..., int]:
    """A function of whole numbers as a function of values. It raises Unfit for a result beyond 64 bits."""

    def function(*values: Value) -> int:
        made = count(*[integer(value) for value in values])
        if abs(made) > 2**63:
            raise Unfit
        return made

    return function


def product(one: int, others: tuple[int, ...]) -> int:
    """``mul``. Raises Unfit for a result beyond 64 bits, before it becomes long."""
    for other in others:
        one *= other
        if abs(one) > 2**63:
            raise Unfit
    return one
