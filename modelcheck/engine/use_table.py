"""The uses of a tree, each once: what several readers say of one place, and what becomes known when files are put together."""

from __future__ import annotations

from modelcheck.facts.model_use import ModelUse
from modelcheck.findings import Span

Place = tuple[str, int | None]


class UseTable:
    """Collects uses in the order in which they are found. Of two that say the same of one place, the one that knows more counts."""

    def __init__(self) -> None:
        self._uses: dict[tuple[str, str, int | None], ModelUse] = {}
        self._claimed: set[Place] = set()
        self._resolved: set[Place] = set()

    def add(self, use: ModelUse) -> None:
        """Add a use, or what it adds to one that is known."""
        key = (use.model, use.at.path, use.at.line)
        known = self._uses.get(key)
        if known is None or _knows_more(use, known):
            self._uses[key] = use
        if use.used_at and not use.unresolved:
            self._resolved.add(_place(use.used_at))
        if not use.likely:  # of a reader that knows the format
            self._claimed.add(_place(use.at))

    def uses(self) -> list[ModelUse]:
        """The uses: without likely ones where another reader knows the place, and without references that other files resolve."""
        filled = {_place(use.at) for use in self._uses.values() if not use.unresolved}  # by a template's own default
        return [
            use
            for use in self._uses.values()
            if not (use.likely and _place(use.at) in self._claimed)
            and not (
                use.unresolved
                and (_place(use.at) in self._resolved or (("{{" in use.model or "%" in use.model) and _place(use.at) in filled))
            )
        ]


def _knows_more(one: ModelUse, other: ModelUse) -> bool:
    def knowledge(use: ModelUse) -> tuple[bool, bool, bool]:
        return (not use.likely, use.purpose != "unknown", use.used_in is not None)

    return knowledge(one) > knowledge(other)


def _place(at: Span) -> Place:
    return at.path, at.line
