"""The group of commands: what other linters call their main command works too, and a target without a command gets a hint."""

from __future__ import annotations

import importlib
import os

import click

_COMMANDS = ("compare", "completion", "explain", "fleet", "lineage", "lock", "new", "plugins", "report", "rules", "scan")
"""Each in the module of its name. Making the options of all takes a tenth of a hook's time."""
_ALIASES = {"check": "scan", "lint": "scan"}


class Commands(click.Group):
    """Imports each command when it is asked for. ``check`` and ``lint`` are ``scan``, and say so."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return all names."""
        return list(_COMMANDS)

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
