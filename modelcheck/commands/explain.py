"""``modelcheck explain``."""

from __future__ import annotations

import click

from modelcheck.commands.rules import page_names


@click.command()
@click.argument("name", shell_complete=page_names, metavar="NAME")
def explain(name: str) -> None:
    """Show the documentation of a rule, of a signal or of an area.

    A rule's page says what it reports and why, with examples, the fix and its options; a signal's page says what counts as evidence
    and how much. An area, such as deploy, lists both.
    """
    import sys

    from rich.console import Console
    from rich.markdown import Markdown

    from modelcheck.commands.loading import load, warn
    from modelcheck.config import known_names, suggestion
    from modelcheck.rule_pages import page_of

    plugins = load()[1]
    registry = plugins.registry
    page = page_of(name, registry)
    warn(plugins.mistakes)
    if page is None:
        raise click.BadParameter(f"unknown rule {name!r}{suggestion(name, known_names(registry))}", param_hint="NAME")
    if sys.stdout.isatty():
        console = Console()
        console.print(Markdown(page), width=min(console.width, 100))
    else:
        click.echo(page)
