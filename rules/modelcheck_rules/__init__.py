"""The first-party rules and signals, one file each, found by their place."""

from modelcheck.api import Registry, hookimpl


@hookimpl
def modelcheck_register(registry: Registry) -> None:
    """Brings every rule and signal of this package."""
    registry.scan(__name__)
