"""``modelcheck plugins``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from modelcheck.plugins import Plugins


@click.command()
@click.option("-v", "--verbose", is_flag=True, help="Name what each plug-in adds, and list modelcheck's own parts one by one.")
@click.pass_context
def plugins(context: click.Context, *, verbose: bool) -> None:
    """List all plug-ins: package, what they add, and mistakes in them.

    Exit codes: 0 no mistakes, 3 mistakes in a plug-in.
    """
    from modelcheck.commands.loading import load
    from modelcheck.commands.output import say

    _, found = load()
    brings = _brings(found)
    mistakes = [*found.mistakes, *found.advice()]
    width = max(len(plugin.name) for plugin in found.list)
    for plugin in found.list:
        added = brings.get(plugin.name, {})
        counts = ", ".join(f"{len(names)} {kind}{'s' if len(names) > 1 else ''}" for kind, names in added.items())
        state = f"disabled: {plugin.disabled}" if plugin.disabled else counts or "nothing"
        say(f"{plugin.name:<{width}}  {plugin.distribution or 'built in':<16}  {state}")
        for kind, names in added.items() if verbose else ():
            say(f"    {kind}: {', '.join(sorted(names))}")
        for mistake in mistakes:
            if mistake.plugin == plugin.name:
                say(f"    {'error' if mistake.left_out else 'warning'}: {mistake.text}")
    if any(mistake.left_out for mistake in mistakes):
        context.exit(3)


def _brings(found: Plugins) -> dict[str, dict[str, list[str]]]:
    """Plug-in → kind → names of what it adds, of all six kinds."""
    from modelcheck.declarations import Fact

    brings: dict[str, dict[str, list[str]]] = {}
    for kind, table in (
        ("rule", found.registry.rules),
        ("signal", found.registry.signals),
        ("reader", found.registry.readers),
        ("fact", found.registry.facts),
    ):
        for one in table.values():
            name = one.kind.__name__ if isinstance(one, Fact) else one.name
            brings.setdefault(one.plugin, {}).setdefault(kind, []).append(name)
    for plugin in found.openers:
        brings.setdefault(plugin, {}).setdefault("source", []).append("modelcheck_open")
    for name, plugin in found.formats.items():
        brings.setdefault(plugin, {}).setdefault("reporter", []).append(name)
    return brings
