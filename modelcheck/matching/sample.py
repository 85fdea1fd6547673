"""Values of tensors all over a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from modelcheck.records import record

if TYPE_CHECKING:
    from modelcheck.matching.rows import Rows


@record()
class Sample:
    """``shapes`` has every tensor; ``read`` returns some values of one, 1 × n, and raises Absent, Broken, Unavailable.

    ``digests`` are those of the weights files, None if they are not all known; ``places`` is the file of each tensor, with the
    first byte and the one after the last. ``nearby``: reading a few values costs no request. ``hashed`` computes the digests of
    files on this machine, and returns None where they are too large for that.
    """

    shapes: Mapping[str, tuple[int, ...]]
    read: Callable[[str], Rows]
    digests: frozenset[str] | None
    places: Mapping[str, tuple[str, int, int]]
    nearby: bool = False
    hashed: Callable[[], frozenset[str] | None] | None = None
