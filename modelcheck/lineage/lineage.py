"""All that ``modelcheck lineage`` found."""

from __future__ import annotations

from modelcheck.lineage.members import Unread
from modelcheck.lineage.pairs import Compared
from modelcheck.lineage.tree import Edge
from modelcheck.records import record


@record()
class Lineage:
    """``edges`` join related checkpoints; ``unread`` are those whose weights could not be read."""

    compared: Compared
    edges: tuple[Edge, ...]
    unread: tuple[Unread, ...]
