"""Where the parts of a text were written, if not where the text itself stands: a value that a template takes from another file."""

from __future__ import annotations

from collections.abc import Sequence

from modelcheck.findings import Span
from modelcheck.records import record, replace


@record(eq=True)
class Origin:
    """The characters ``start`` to ``end`` (exclusive, from 0) of a text were written at ``at``.

    ``used`` is the place that takes them from there, if that is known more exactly than by the place of the text.
    """

    start: int
    end: int
    at: Span
    used: Span | None = None


def origin_of(origins: Sequence[Origin], start: int, end: int) -> Span | None:
    """Where the text from ``start`` to ``end`` was written, if all of it was written in one other place."""
    whole = next((one for one in origins if one.start <= start and end <= one.end), None)
    if whole is None:
        return None
    if (whole.start, whole.end) == (start, end):
        return whole.at
    return whole.at.part(start - whole.start, end - whole.start, whole.end - whole.start)


def use_of(origins: Sequence[Origin], start: int, otherwise: Span) -> Span:
    """The place that takes the character at ``start`` from elsewhere."""
    return next((one.used for one in origins if one.used and one.start <= start < one.end), otherwise)


def cut(origins: Sequence[Origin], start: int, end: int) -> tuple[Origin, ...]:
    """The origins of the part of a text from ``start`` to ``end``, counted from ``start``."""
    return tuple(
        replace(one, start=one.start - start, end=one.end - start) for one in origins if start <= one.start and one.end <= end
    )
