"""The first-party rules and signals, one file each, found by their place."""

from modelcheck.api import Registry, hookimpl


@hookimpl
def modelcheck_register(registry: Registry) -> None:
    """Brings every rule and signal of this package; those about a checkpoint's own papers when one is judged."""
    registry.scan(__name__, later=("card", "config", "eu_ai_act", "security", "template", "tokenizer", "weights"))
