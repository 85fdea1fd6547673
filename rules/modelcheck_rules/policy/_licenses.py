"""The licenses that a card states, and lists of those that are allowed."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from modelcheck.api import FileListing, ModelCard


def stated(card: ModelCard) -> tuple[str, ...]:
    """Return the card's licenses; ``license_name`` stands for ``other``."""
    named = card.texts("license_name")
    return tuple(one for license_ in card.texts("license") for one in (named if license_ == "other" and named else (license_,)))


def fits(value: str, patterns: Sequence[str]) -> bool:
    """Return whether a value fits one of the patterns, in which ``*`` stands for any characters; case does not count."""
    return any(fnmatchcase(value.lower(), pattern.lower()) for pattern in patterns)


def has_no_card(listing: FileListing) -> bool:
    """Return whether there is no model card, as far as all files are known."""
    return listing.complete and "README.md" not in listing


def problem(card: ModelCard, allowed: Sequence[str]) -> str | None:
    """Return what is wrong with the licenses of a card; None if all are allowed."""
    licenses = stated(card)
    others = [one for one in licenses if not fits(one, allowed)]
    which = f"allowed: {', '.join(allowed)}"
    if not licenses:
        return f"states no license ({which})"
    return f"is licensed under {', '.join(others)}, which the policy does not allow ({which})" if others else None
