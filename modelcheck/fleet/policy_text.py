"""Breaches of the policy as text, Markdown and JSON."""

from __future__ import annotations

import json

from modelcheck.fleet.policy import Breach
from modelcheck.printable import one_line
from modelcheck.reporters.markdown_text import code, escaped
from modelcheck.reporters.summary import plural

_MOST = 40
"""Breaches in a message."""


def as_text(found: list[Breach], old: int = 0, *, markdown: bool = False, only_new: bool = False) -> str:
    """One line for each breach, and a last one with their number; in Markdown a list of the first, for a message in a chat.

    ``old`` is the number of results by other settings.
    """
    lines = [_markdown(one) for one in found[:_MOST]] if markdown else [_line(one) for one in found]
    left = len(found) - len(lines)
    more = [f"- … and {left} more"] if left else []
    return "\n".join(
        [
            *lines,
            *more,
            *([""] if lines else []),
            _sum(found, "nothing new" if only_new else "nothing"),
            *([stale(old)] if old else []),
        ]
    )


def stale(old: int) -> str:
    """That results are by other settings."""
    are = "are" if old > 1 else "is"
    return f"{plural(old, 'result')} {are} by other settings or another version: modelcheck fleet scan judges again"


def as_json(found: list[Breach]) -> str:
    """The breaches as a JSON array."""
    keys = ("rule", "name", "where", "model", "message", "uses")
    return json.dumps([{key: getattr(one, key) for key in keys} for one in found], indent=1, ensure_ascii=False)


def _line(one: Breach) -> str:
    where = f"{one.name}: {one.where}" if one.where else one.name
    return one_line(f"{where}: {one.rule}: {one.message}{_used(one)}")


def _markdown(one: Breach) -> str:
    where = f"{code(one.name)} {code(one.where)}" if one.where else code(one.name)
    return f"- {where}: {code(one.rule)}: {escaped(one_line(one.message))}{_used(one)}"


def _used(one: Breach) -> str:
    return f" (used in {plural(one.uses, 'place')})" if one.uses else ""


def _sum(found: list[Breach], nothing: str) -> str:
    uses = len({(one.name, one.where, one.model) for one in found if one.where})
    checkpoints = len({one.name for one in found if not one.where})
    which = [plural(count, what) for count, what in ((uses, "use"), (checkpoints, "checkpoint")) if count]
    return f"{' and '.join(which) or nothing} {'break' if uses + checkpoints > 1 else 'breaks'} the policy"
