"""``modelcheck rules``."""

from __future__ import annotations

import click


@click.command()
@click.argument("only", metavar="[AREA]", required=False)
@click.option("--area", metavar="AREA", help="List the rules of this area only, as the argument does.")
def rules(only: str | None, area: str | None) -> None:
    """List all rules with severity and title, and what they need besides local files."""
    from modelcheck.commands.loading import load, warn
    from modelcheck.config import suggestion

    area = only or area
    plugins = load()[1]
    registry = plugins.registry
    chosen = {name: rule for name, rule in sorted(registry.rules.items()) if area is None or name.partition("/")[0] == area}
    if not chosen:
        areas = sorted({name.partition("/")[0] for name in registry.rules if "/" in name})
        raise click.BadParameter(
            f"unknown area {area!r}{suggestion(str(area), areas)} (areas: {', '.join(areas)})", param_hint="AREA"
        )
    width = max(map(len, chosen))
    for name, rule in chosen.items():
        cost = str(registry.cost(rule))
        notes = [note for note in ("" if cost == "files" else f"needs {cost}", "" if rule.default else "off by default") if note]
        remarks = f" ({', '.join(notes)})" if notes else ""
        by = "" if rule.plugin.startswith("modelcheck") else f" · {rule.plugin}"
        click.echo(f"{name:<{width}}  {rule.severity!s:<7}  {rule.page.title}{remarks}{by}")
    warn(plugins.mistakes)


def page_names(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001 - click's signature
    """The names of rules, signals and areas that start with ``incomplete``, for the shell's completion."""
    from modelcheck.commands.loading import load
    from modelcheck.config import known_names

    return [name for name in sorted(known_names(load()[1].registry)) if name.startswith(incomplete)]
