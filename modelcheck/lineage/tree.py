"""The relations of related checkpoints as a graph: each is joined to its nearest, with a direction where something shows it."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.errors import Absent, Broken, TargetError
from modelcheck.lineage.members import Member
from modelcheck.lineage.pairs import Compared, Pair, Table, table_of
from modelcheck.matching.deciding import Kinship
from modelcheck.records import record


@record()
class Edge:
    """Two related checkpoints. ``directed``: ``child`` was made from ``parent``, for ``reasons``; else the order means nothing."""

    parent: Member
    child: Member
    kinship: Kinship
    directed: bool
    reasons: tuple[str, ...] = ()


def edges(made: Compared) -> tuple[Edge, ...]:
    """The edges of the shortest tree over each group of related checkpoints, and one for each part of a merge."""
    related = sorted((pair for pair in made.pairs if pair.kinship.outcome == "derived"), key=_distance)
    group = {id(one): id(one) for one in made.members}

    def root(one: int) -> int:
        while group.setdefault(one, one) != one:
            one = group[one]
        return one

    table = table_of(made.pairs)
    found = [edge for merge in made.merges for edge in _of_merge(table, merge.of, (merge.first, merge.second))]
    for edge in found:
        group[root(id(edge.child))] = root(id(edge.parent))
    for pair in related:
        if root(id(pair.a)) != root(id(pair.b)):
            group[root(id(pair.a))] = root(id(pair.b))
            found.append(_edge(pair))
    return tuple(found)


def _distance(pair: Pair) -> float:
    return pair.kinship.change or 0.0


def _of_merge(table: Table, child: Member, parents: tuple[Member, Member]) -> Iterator[Edge]:
    for parent in parents:
        kinship = table.get(frozenset((id(child), id(parent))))
        if kinship is not None:
            yield Edge(parent, child, kinship, directed=True, reasons=("its weights are a sum of both",))


def _edge(pair: Pair) -> Edge:
    forth, back = tuple(_reasons(pair.b, pair.a, pair.kinship)), tuple(_reasons(pair.a, pair.b, pair.kinship))
    if forth and not back:
        return Edge(pair.b, pair.a, pair.kinship, directed=True, reasons=forth)
    if back and not forth:
        return Edge(pair.a, pair.b, pair.kinship, directed=True, reasons=back)
    return Edge(pair.b, pair.a, pair.kinship, directed=False)


def _reasons(parent: Member, child: Member, kinship: Kinship) -> Iterator[str]:
    """What shows that ``child`` was made from ``parent``."""
    if any(name.lower() == parent.name.lower().partition("@")[0] for name in child.declared):
        yield "its files say so"
    kinds = [_kind(one) for one in (parent, child)]
    if kinship.degree in ("rounded", "quantized") and kinds[0] is not None and kinds[1] is not None and kinds[1][1] > kinds[0][1]:
        yield f"its values fit those of the other, stored as {kinds[1][0]}"
    tokens = [one.rows.parts().get("embedding", (0,))[0] for one in (parent, child)]
    if tokens[1] > tokens[0] > 0:
        yield f"its embedding has {tokens[1] - tokens[0]:,} rows more"


def _kind(member: Member) -> tuple[str, float] | None:
    """The type of the first part, and its rounding."""
    first = next(iter(member.rows.parts()), None)
    try:
        rows = member.rows.read(first) if first else None
    except (Absent, Broken, TargetError):
        return None
    return (rows.kind, rows.rounding) if rows else None
