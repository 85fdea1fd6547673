"""Base and instruct by family, and findings by rule: counts with the widths of their bars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from modelcheck.fleet.page.rows import LABELS, Checkpoint, Use
from modelcheck.records import record

NOT_SAID = "not said"
_MOST_FAMILIES = 20
_MOST_RULES = 60
WIDTH = 240
"""Units of a full bar."""


@record()
class Family:
    """A row of the table of families. ``parts`` are label, count, and where its part of the bar begins and how wide it is."""

    name: str
    total: int
    parts: tuple[tuple[str, int, float, float], ...]


@record()
class RuleCount:
    """A rule with the checkpoints and deployment places that have findings of it; ``width`` is of its bar."""

    name: str
    title: str
    severity: str
    checkpoints: int
    places: int
    width: float


def by_family(checkpoints: Iterable[Checkpoint]) -> tuple[list[Family], int]:
    """The largest families first, and how many more there are; these are one row together."""
    counts: dict[str, Counter[str]] = {}
    for one in checkpoints:
        counts.setdefault(one.family or NOT_SAID, Counter())[one.label] += 1
    order = sorted(counts, key=lambda name: (-counts[name].total(), name))
    shown, rest = order[:_MOST_FAMILIES], order[_MOST_FAMILIES:]
    together = sum((counts[name] for name in rest), Counter())
    rows = [(name, counts[name]) for name in shown] + ([(f"{len(rest)} other families", together)] if rest else [])
    longest = max((count.total() for _, count in rows), default=1)
    return [Family(name, count.total(), tuple(parts(count, longest))) for name, count in rows], len(rest)


def parts(counts: Mapping[str, int], full: int, width: float = WIDTH) -> Iterable[tuple[str, int, float, float]]:
    """The parts of a stacked bar, one for each label: label, count, start and width."""
    start = 0.0
    for label in LABELS:
        long = round(counts.get(label, 0) / full * width, 2) if full else 0.0
        yield label, counts.get(label, 0), round(start, 2), long
        start += long


def by_rule(checkpoints: Iterable[Checkpoint], uses: Iterable[Use], rules: Mapping[str, Any]) -> tuple[list[RuleCount], int]:
    """The rules with findings, most first, and how many are left out. ``rules`` is rule → (severity, title)."""
    of_checkpoints = Counter(rule for one in checkpoints for rule in one.rules)
    of_places = Counter(rule for one in uses for rule in one.rules)
    both = of_checkpoints + of_places
    order = sorted(both, key=lambda rule: (-both[rule], rule))
    longest = both[order[0]] if order else 1
    made = [
        RuleCount(
            rule, rules[rule][1], rules[rule][0], of_checkpoints[rule], of_places[rule], round(both[rule] / longest * WIDTH, 2)
        )
        for rule in order[:_MOST_RULES]
    ]
    return made, len(order[_MOST_RULES:])
