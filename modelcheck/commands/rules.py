"""``modelcheck rules``."""

from __future__ import annotations

import click


@click.command()
@click.option("--area", metavar="AREA", help="List the rules of this area only.")
def rules(area: str | None) -> None:
    """List all rules with severity and title, and what they need besides local files."""
    from modelcheck.commands.loading import load
    from modelcheck.config import suggestion

    registry = load()[1].registry
    chosen = {name: rule for name, rule in sorted(registry.rules.items()) if area is None or name.partition("/")[0] == area}
    if not chosen:
        areas = sorted({name.partition("/")[0] for name in registry.rules if "/" in name})
        raise click.BadParameter(
            f"unknown area {area!r}{suggestion(str(area), areas)} (areas: {', '.join(areas)})", param_hint="--area"
        )
    width = max(map(len, chosen))
    for name, rule in chosen.items():
        cost = str(registry.cost(rule))
        notes = [note for note in ("" if cost == "files" else f"needs {cost}", "" if rule.default else "off by default") if note]
        remarks = f" ({', '.join(notes)})" if notes else ""
        by = "" if rule.plugin.startswith("modelcheck") else f" · {rule.plugin}"
        click.echo(f"{name:<{width}}  {rule.severity!s:<7}  {rule.page.title}{remarks}{by}")


def rule_names(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001 - click's signature
    """The names of rules that start with ``incomplete``, for the shell's completion."""
    from modelcheck.commands.loading import load

    return [name for name in sorted(load()[1].registry.rules) if name.startswith(incomplete)]
