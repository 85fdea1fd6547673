"""All comparisons of some checkpoints, and what follows from several of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from modelcheck.errors import Absent, Broken, TargetError
from modelcheck.facts.weight_rows import WeightRows
from modelcheck.lineage.members import Member
from modelcheck.matching.comparing import compared
from modelcheck.matching.deciding import Kinship
from modelcheck.matching.mixture import Mixture, mixture
from modelcheck.matching.sketch import sketch
from modelcheck.records import record

if TYPE_CHECKING:
    from modelcheck.matching.rows import Rows

MOST_RELATED = 60
"""Relatives of the checkpoints asked for that are compared with each other."""
_MOST_MIXED = 8
_PART = "layer 0 up"


@record()
class Pair:
    """Two members, ``a`` the later one in the order in which they were given, and what their weights say."""

    a: Member
    b: Member
    kinship: Kinship


@record()
class Merge:
    """``of`` is a weighted sum of ``first`` and ``second``."""

    of: Member
    first: Member
    second: Member
    mixture: Mixture


@record()
class Compared:
    """``pairs`` are all comparisons, ``merges`` the members that are sums of two others."""

    members: tuple[Member, ...]
    pairs: tuple[Pair, ...]
    merges: tuple[Merge, ...] = ()


Table = Mapping[frozenset[int], Kinship]


def table_of(pairs: Iterable[Pair]) -> Table:
    """The comparisons by the identities of the two members."""
    return {frozenset((id(pair.a), id(pair.b))): pair.kinship for pair in pairs}


def compare_all(asked: Sequence[Member], found: Sequence[Member] = ()) -> Compared:
    """Compare all asked for with each other and with all found; of those found, the related ones with each other too."""
    names = {one.name for one in asked}
    candidates = [one for one in found if one.name not in names]
    small = bool(candidates)  # of many, sketches are kept
    pairs = [_pair(a, b, small=small) for place, a in enumerate(asked) for b in asked[:place]]
    with_found = [_pair(a, b, small=small) for a in asked for b in candidates]
    nearest = sorted((pair for pair in with_found if pair.kinship.outcome == "derived"), key=lambda pair: pair.kinship.change or 0)
    related = list({id(pair.b): pair.b for pair in nearest}.values())[:MOST_RELATED]
    pairs += with_found
    pairs += [_pair(a, b, small=True) for place, a in enumerate(related) for b in related[:place]]
    members = (*asked, *related)
    return Compared(members, tuple(pairs), tuple(_merges(table_of(pairs), members)))


def _pair(a: Member, b: Member, *, small: bool) -> Pair:
    ours, theirs = (_sketched(a.rows), _sketched(b.rows)) if small or not (a.asked and b.asked) else (a.rows, b.rows)
    try:
        return Pair(a, b, compared(ours, theirs))
    except (Absent, TargetError) as why:
        return Pair(a, b, Kinship("cannot tell", None, why=str(why)))
    except Broken as broken:
        return Pair(a, b, Kinship("cannot tell", None, why=f"{broken.span.path} {broken.message}"))


def _sketched(rows: WeightRows) -> WeightRows:
    return WeightRows(rows.parts, lambda part: sketch(rows.read(part)), rows.sample)


def _merges(table: Table, members: Sequence[Member]) -> list[Merge]:
    """Members that are a sum of two others, the sum that leaves the least."""
    merges = []
    for one in members:
        near = [
            (kinship.change or 0.0, place)
            for place, other in enumerate(members)
            if (kinship := table.get(frozenset((id(one), id(other))))) is not None and kinship.degree in ("close", "far")
        ]
        others = [members[place] for _, place in sorted(near)[:_MOST_MIXED]]
        sums = [
            Merge(one, first, second, found)
            for place, second in enumerate(others)
            for first in others[:place]
            if (found := _mixture(one, first, second)) is not None
        ]
        merges += sorted(sums, key=lambda merge: merge.mixture.left)[:1]
    return merges


def _mixture(of: Member, first: Member, second: Member) -> Mixture | None:
    rows = [_part(one) for one in (of, first, second)]
    if any(one is None for one in rows):
        return None
    small = any(one is not None and one.digest for one in rows)
    values = [(sketch(one) if small else one) for one in rows if one is not None]
    return mixture(*values) if len({one.values.shape for one in values}) == 1 else None


def _part(member: Member) -> Rows | None:
    try:
        return member.rows.read(_PART)
    except (Absent, Broken, TargetError):
        return None
