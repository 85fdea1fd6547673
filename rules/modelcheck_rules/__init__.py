"""The first-party rules and signals: one file each, registered by their location."""

from modelcheck.api import Registry, hookimpl

from modelcheck_rules._listed import FACTS, FUNCTIONS


@hookimpl
def modelcheck_register(registry: Registry) -> None:
    """Register every rule and signal of this package; those about a checkpoint's own files only when a checkpoint is checked."""
    registry.scan(
        __name__,
        later=("card", "config", "eu_ai_act", "policy", "security", "served", "template", "tokenizer", "weights"),
        listed=(FUNCTIONS, FACTS),
    )
