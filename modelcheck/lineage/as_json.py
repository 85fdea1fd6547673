"""A lineage as JSON."""

from __future__ import annotations

import json
from typing import Any

from modelcheck.lineage.lineage import Lineage
from modelcheck.lineage.pairs import Pair
from modelcheck.matching.permutation import Match

VERSION = 1


def as_json(made: Lineage) -> str:
    """One object. ``p`` and ``change`` are null where nothing could be compared, or nothing is derived."""
    return json.dumps(
        {
            "version": VERSION,
            "checkpoints": [
                {
                    "name": one.name, "revision": one.revision, "declared": list(one.declared),
                    "missing": one.rows.missing or None,
                }
                for one in made.compared.members
            ],
            "pairs": [_pair(pair) for pair in made.compared.pairs],
            "relations": [
                {
                    "parent" if edge.directed else "one": edge.parent.name,
                    "child" if edge.directed else "other": edge.child.name,
                    "directed": edge.directed,
                    "change": edge.kinship.change,
                    "reasons": list(edge.reasons),
                }
                for edge in made.edges
            ],
            "merges": [
                {
                    "name": one.of.name,
                    "of": [one.first.name, one.second.name],
                    "shares": [one.mixture.first, one.mixture.second],
                    "unexplained": one.mixture.left,
                }
                for one in made.compared.merges
            ],
            "not_read": [{"name": one.name, "problem": one.problem} for one in made.unread],
        },
        indent=1, ensure_ascii=False,
    )  # fmt: skip


def _pair(pair: Pair) -> dict[str, Any]:
    kinship = pair.kinship
    return {
        "one": pair.a.name,
        "other": pair.b.name,
        "outcome": kinship.outcome,
        "degree": kinship.degree,
        "p": kinship.p,
        "change": kinship.change,
        "why": kinship.why or None,
        "whole": kinship.whole,
        "elsewhere": kinship.elsewhere or None,
        "compared": [_match(one) for one in kinship.matches],
    }


def _match(one: Match) -> dict[str, Any]:
    return {
        "part": one.part, "axis": one.axis, "in_place": one.fixed, "of": one.of, "p": one.p, "cosine": one.cosine,
        "change": one.change, "equal": one.equal,
    }  # fmt: skip
