"""The group of commands: what other linters call their main command works too, and a target without a command gets a hint."""

from __future__ import annotations

import os

import click

_ALIASES = {"check": "scan", "lint": "scan"}


class Commands(click.Group):
    """``modelcheck check`` and ``modelcheck lint`` are ``modelcheck scan``, and say so."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name or alias."""
        known = super().get_command(ctx, cmd_name)
        name = _ALIASES.get(cmd_name)
        if known or not name:
            return known
        click.echo(f"modelcheck {cmd_name} is called modelcheck {name}", err=True)
        return super().get_command(ctx, name)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the first word names. Raises UsageError, with a hint if the word is a target."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            word = args[0] if args else ""
            if os.path.exists(word) or "/" in word:  # noqa: PTH110 - pathlib raises where a folder may not be entered
                raise click.UsageError(f"{error.message} Scan a target with: modelcheck scan {word}", ctx) from None
            raise
