"""The dependence groups of evidence: groups add, and in a group only the strongest counts (of statements, of each side)."""

from __future__ import annotations

import re

GROUPS = (
    "name", "lineage", "card", "usage", "card-tags", "template", "stops", "generation", "architecture", "weights", "behaviour",
    "task",
)  # fmt: skip
"""The groups of the first-party signals. A plug-in's signal joins one of them, or brings a group of its own."""

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
    from difflib import get_close_matches

    near = get_close_matches(group, GROUPS, 1, 0.8)
    return f"the group {group!r} is too close to {near[0]!r}: use that, or a name of its own" if near else None
