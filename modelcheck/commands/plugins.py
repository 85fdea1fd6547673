"""``modelcheck plugins``."""

from __future__ import annotations

import click


@click.command()
def plugins() -> None:
    """List all plug-ins with their package and what they add."""
    from collections import Counter

    from modelcheck.commands.loading import load

    _, found = load()
    added: Counter[tuple[str, str]] = Counter()
    for kind, table in (
        ("rule", found.registry.rules),
        ("signal", found.registry.signals),
        ("reader", found.registry.readers),
        ("fact", found.registry.facts),
    ):
        added.update((record.plugin, kind) for record in table.values())
    width = max(len(plugin.name) for plugin in found.list)
    for plugin in found.list:
        counts = ", ".join(
            f"{count} {kind}{'s' if count > 1 else ''}" for (name, kind), count in added.items() if name == plugin.name
        )
        state = f"disabled: {plugin.disabled}" if plugin.disabled else counts or "sources or reporters"
        click.echo(f"{plugin.name:<{width}}  {plugin.distribution or 'built in':<16}  {state}")
