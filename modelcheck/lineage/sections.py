"""A lineage as sections of sentences and tables, for text and HTML."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from modelcheck.lineage.lineage import Lineage
from modelcheck.lineage.pairs import Pair
from modelcheck.lineage.wording import NOTE, difference, evidence, is_same, merge, outcome, probability, relation, same, short
from modelcheck.reporters.section_text import Section, Table
from modelcheck.reporters.summary import plural

_DETAILED = 3
_MOST = 40
_WIDE = 21
"""Characters of a name in a table of text: two of them, the outcome and two numbers fit into 80."""
_ORDER = ("derived", "cannot tell", "not derived")


def sections(made: Lineage, *, narrow: bool = False) -> list[Section]:
    """All sections: the relations, each comparison or a table of them, what could not be read.

    ``narrow`` is set for a table of text, which shows the end of long names only.
    """
    found = []
    if len(made.compared.pairs) > 1 and made.edges:
        lines = [
            *map(merge, made.compared.merges),
            *same(made.edges),
            *map(relation, (one for one in made.edges if not is_same(one))),
        ]
        found.append(Section("Relations", (*lines[:_MOST], *_more(len(lines) - _MOST))))
    pairs = sorted((pair for pair in made.compared.pairs if pair.a.asked), key=_key)
    if len(pairs) <= _DETAILED:
        found += [_pair(pair) for pair in pairs]
    else:
        found.append(_table(pairs, narrow=narrow))
    incomplete = {one.name: one.rows.missing for one in made.compared.members if one.rows.missing}
    if incomplete and len(pairs) > _DETAILED:
        lines = [f"{name}: {why}" for name, why in incomplete.items()]
        found.append(Section("Incomplete", (*lines[:_MOST], *_more(len(lines) - _MOST))))
    if made.unread:
        lines = [f"{one.name}: {one.problem}" for one in made.unread]
        found.append(Section("Not read", (*lines[:_MOST], *_more(len(lines) - _MOST))))
    return [*found, Section("How to read this", (NOTE,))] if pairs else found


def _key(pair: Pair) -> tuple[int, float, str]:
    return _ORDER.index(pair.kinship.outcome), pair.kinship.change or 0.0, pair.a.name


def _pair(pair: Pair) -> Section:
    kinship = pair.kinship
    change = "" if kinship.degree == "identical" else difference(kinship)
    texts = (("p =", probability(kinship.p)), ("values differ by", change))
    details = ", ".join(f"{name} {text}" for name, text in texts if text)
    head = f"{outcome(kinship)} ({details})" if details else outcome(kinship)
    missing = (f"Of {one.name}, {one.rows.missing}" for one in (pair.a, pair.b) if one.rows.missing)
    return Section(f"{pair.a.name} and {pair.b.name}", (head, *evidence(kinship), *missing))


def _table(pairs: Sequence[Pair], *, narrow: bool) -> Section:
    names = _shown({one.name for pair in pairs[:_MOST] for one in (pair.a, pair.b)}, narrow=narrow)
    rows = tuple(
        (names[pair.a.name], names[pair.b.name], short(pair.kinship), difference(pair.kinship), probability(pair.kinship.p))
        for pair in pairs[:_MOST]
    )
    lines = (f"{plural(len(pairs), 'comparison')}, the nearest first.", *_more(len(pairs) - _MOST))
    return Section("Comparisons", lines, (Table(("one", "other", "outcome", "differ by", "p"), rows),))


def _shown(names: Collection[str], *, narrow: bool) -> dict[str, str]:
    """The names as a table shows them: of long ones the end, if the table is narrow and that tells all apart."""
    ends = {name: f"…{name[1 - _WIDE :]}" if narrow and len(name) > _WIDE else name for name in names}
    return ends if len(set(ends.values())) == len(ends) else {name: name for name in names}


def _more(count: int) -> tuple[str, ...]:
    return (f"… and {count:,} more; --format json has all.",) if count > 0 else ()
