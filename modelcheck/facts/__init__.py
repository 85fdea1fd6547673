"""The facts about a checkpoint, one file per subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.hooks import hookimpl

if TYPE_CHECKING:
    from modelcheck.registry import Registry


@hookimpl
def modelcheck_register(registry: Registry) -> None:
    """Adds the facts of this package; the deferred ones when a checkpoint itself is judged."""
    from modelcheck.facts._listed import FACTS, FUNCTIONS

    registry.scan(__name__, later=("deferred",), listed=(FUNCTIONS, FACTS))
