"""``modelcheck explain``."""

from __future__ import annotations

import click

from modelcheck.commands.rules import rule_names


@click.command()
@click.argument("rule", shell_complete=rule_names)
def explain(rule: str) -> None:
    """Show the documentation of a rule.

    It says what the rule reports and why, with examples, the fix and the rule's options.
    """
    import sys

    from rich.console import Console
    from rich.markdown import Markdown

    from modelcheck.commands.loading import load
    from modelcheck.config import suggestion
    from modelcheck.rule_pages import rule_page

    registry = load()[1].registry
    if rule not in registry.rules:
        raise click.BadParameter(f"unknown rule {rule!r}{suggestion(rule, registry.rules)}", param_hint="RULE")
    page = rule_page(registry.rules[rule], registry)
    if sys.stdout.isatty():
        console = Console()
        console.print(Markdown(page), width=min(console.width, 100))
    else:
        click.echo(page)
