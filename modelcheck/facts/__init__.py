"""What can be known about a checkpoint, one file a subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.hooks import hookimpl

if TYPE_CHECKING:
    from modelcheck.registry import Registry


@hookimpl
def modelcheck_register(registry: Registry) -> None:
    """Brings every fact of this package; what is known of a checkpoint's papers when one is judged."""
    registry.scan(__name__, later=("deferred",))
