"""The group of commands: what other linters call their main command works too, and a target without a command gets a hint."""

from __future__ import annotations

import importlib
import os

import click

_COMMANDS = {
    "compare": "Measure which checkpoint is the better start for fine-tuning on your conversations.",
    "completion": "Print the completion script for a shell.",
    "explain": "Show the documentation of a rule, of a signal or of an area.",
    "fleet": "Judge many checkpoints and repositories, keep the results in a file, and see what changed.",
    "lineage": "Compare the weights of checkpoints: does one come from another?",
    "lock": "Record the verdicts of the checkpoints that files use.",
    "new": "Write a new plug-in, or add a part to one.",
    "plugins": "List all plug-ins: package, what they add, and mistakes in them.",
    "report": "Write a saved report in other formats.",
    "rules": "List all rules with severity and title, and what they need besides local files.",
    "scan": "Scan checkpoints and the files that use them.",
}
"""Each is in the module of its name; the first sentence of its help. Importing all takes a tenth of a hook's time."""
_ALIASES = {"check": "scan", "lint": "scan"}


class Commands(click.Group):
    """Imports each command when it is asked for. ``check`` and ``lint`` are ``scan``, and say so."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return all names."""
        return list(_COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands, as click does; imports none."""
        limit = formatter.width - 6 - max(map(len, _COMMANDS))
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, click.Command(name, help=text).get_short_help_str(limit)) for name, text in _COMMANDS.items()]
            )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command by its name or alias."""
        known = self._imported(cmd_name)
        name = _ALIASES.get(cmd_name)
        if known or not name:
            return known
        click.echo(f"modelcheck {cmd_name} is called modelcheck {name}", err=True)
        return self._imported(name)

    def _imported(self, name: str) -> click.Command | None:
        if name in _COMMANDS and name not in self.commands:
            self.add_command(getattr(importlib.import_module(f"modelcheck.commands.{name}"), name))
        return self.commands.get(name)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the first word names. Raises UsageError, with a hint if the word is a target."""
        if args and self._imported(_ALIASES.get(args[0], args[0])) is None:
            for name in _COMMANDS:  # from which click suggests one
                self._imported(name)
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            word = args[0] if args else ""
            if os.path.exists(word) or "/" in word:  # noqa: PTH110 - pathlib raises where a folder may not be entered
                raise click.UsageError(f"{error.message} Scan a target with: modelcheck scan {word}", ctx) from None
            raise
