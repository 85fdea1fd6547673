"""What a comparison of weights says, in words."""

from __future__ import annotations

from collections.abc import Iterable

from modelcheck.lineage.pairs import Merge
from modelcheck.lineage.tree import Edge
from modelcheck.matching.deciding import Degree, Kinship

DEGREES: dict[Degree, str] = {
    "identical": "the same weights",
    "rounded": "the same weights, rounded",
    "quantized": "derived, no further apart than the quantization explains",
    "close": "derived, close",
    "far": "derived, far apart",
    "embedding only": "only the embedding is derived",
}
_NO_DIFFERENCE: tuple[Degree, ...] = ("identical", "rounded", "quantized")
_PARTLY = ", where they were read"
NOTE = (
    "p is the chance that models which were trained apart agree as well. Derived: one comes from the other, or both from the same "
    "earlier weights, a common random start included. Not derived: the rows that were read show no relation; distillation, and "
    "weights that were rotated on purpose, would not show."
)


def outcome(kinship: Kinship) -> str:
    """The outcome in a few words."""
    if kinship.degree is None:
        return kinship.outcome
    return DEGREES[kinship.degree] + ("" if kinship.whole or kinship.degree not in _NO_DIFFERENCE else _PARTLY)


def probability(p: float | None) -> str:
    """A p-value; empty if nothing could be compared."""
    return "" if p is None else f"{p:.2g}" if p >= 0.001 else f"{p:.0e}".replace("e-0", "e-")


def difference(kinship: Kinship) -> str:
    """By how much the values differ, as a share of their norm; empty for what is not derived."""
    if kinship.change is None or kinship.degree == "identical":
        return "0" if kinship.degree == "identical" else ""
    share = 100 * kinship.change
    return f"{share:.0f} %" if share >= 10 else f"{share:.2g} %"


def evidence(kinship: Kinship) -> list[str]:
    """One sentence for each part that was compared, and why others were not."""
    found = [
        f"{one.part}: {one.fixed} of {one.of} {one.axis} are paired with the one in the same place; mean cosine {one.cosine:.3f}"
        for one in kinship.matches
    ]
    if kinship.elsewhere:
        found.append(f"These layers are the same in both; {kinship.elsewhere[:120]} is not")
    if kinship.whole:
        found.append("All over the model: the digests of the files, or a row of every tensor, are the same")
    return [*found, *([f"Why: {kinship.why}"] if kinship.why else [])]


def short(kinship: Kinship) -> str:
    """The outcome in three words at most."""
    if kinship.degree == "identical":
        return "same" if kinship.whole else "same in part"
    return str(kinship.degree or kinship.outcome)


def is_same(edge: Edge) -> bool:
    """Whether two checkpoints have the same weights and nothing shows which came first."""
    return edge.kinship.degree == "identical" and not edge.directed


def same(edges: Iterable[Edge]) -> list[str]:
    """A sentence for each group of checkpoints with the same weights."""
    groups: list[dict[int, str]] = []
    found = list(filter(is_same, edges))
    for edge in found:
        both = {id(edge.parent): edge.parent.name, id(edge.child): edge.child.name}
        joined = [group for group in groups if not both.keys().isdisjoint(group)]
        groups = [group for group in groups if all(group is not one for one in joined)]
        groups.append({key: name for group in (*joined, both) for key, name in group.items()})
    partly = {name for edge in found if not edge.kinship.whole for name in (edge.parent.name, edge.child.name)}
    told = [sorted(group.values()) for group in groups]
    return [f"{', '.join(names)} have the same weights{'' if partly.isdisjoint(names) else _PARTLY}" for names in told]


def relation(edge: Edge) -> str:
    """One edge of the graph as a sentence."""
    amount = difference(edge.kinship)
    apart = f", {amount} apart" if amount not in ("", "0") else ""
    if edge.directed:
        return f"{edge.child.name} was made from {edge.parent.name}{apart}: {'; '.join(edge.reasons)}"
    return f"{edge.child.name} and {edge.parent.name} are related{apart}: nothing shows which came first"


def merge(one: Merge) -> str:
    """A merge as a sentence."""
    shares = f"{100 * one.mixture.first:.0f} % of {one.first.name} and {100 * one.mixture.second:.0f} % of {one.second.name}"
    return f"{one.of.name} is a merge: {shares} leave {100 * one.mixture.left:.0f} % of the difference unexplained"
