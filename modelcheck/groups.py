"""The dependence groups of evidence: groups add, and in a group only the strongest counts (of statements, of each side)."""

from __future__ import annotations

import re

GROUPS = (
    "name", "lineage", "card", "usage", "card-tags", "template", "stops", "generation", "architecture", "weights", "behaviour",
    "task",
)  # fmt: skip
"""The groups of the first-party signals. A plug-in's signal joins one of them, or brings a group of its own."""

_SHORT = 6
"""Letters of a word in which more than one typing error makes another word."""

OF_STATEMENTS = frozenset(("card",))
"""Groups of statements, which may contradict each other: the strongest of each side counts, and a second kind counts half."""


def group_problem(group: str) -> str | None:
    """What is wrong with the name of a group: its form, or that it is nearly one of ``GROUPS``. None for a good name.

    A misspelt group would count evidence twice that belongs together.
    """
    if group in GROUPS:
        return None
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", group):
        return f"the group {group!r} must be lower-case words joined by '-'"
    distance, near = min((_typing_errors(group, one), one) for one in GROUPS)
    meant = distance <= (1 if len(group) <= _SHORT else 2)
    return f"the group {group!r} is too close to {near!r}: use that, or a name of its own" if meant else None


def _typing_errors(word: str, other: str) -> int:
    """How many letters are missing, too many, wrong or swapped with the next one. A wrong letter counts double: acme, game."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, 1):
        older, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            least = min(row[-1] + 1, before[j] + 1, before[j - 1] + 2 * (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == wanted:
                least = min(least, older[j - 2] + 1)
            row.append(least)
    return row[-1]
