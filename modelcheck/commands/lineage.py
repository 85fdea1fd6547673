"""``modelcheck lineage``: which checkpoints have weights that come from each other's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

_FORMATS = ("text", "json", "markdown", "html")
_OFFLINE = click.option("--offline", is_flag=True, help="Do not use the network; use local files and the Hub cache.")
_JOBS = click.option(
    "-j", "--jobs", type=click.IntRange(1, 64), default=8, show_default=True, metavar="N", help="Read N checkpoints at a time."
)
_TIMEOUT = click.option(
    "--timeout", type=click.FloatRange(0.1), metavar="S", default=30.0, show_default=True, help="Wait S seconds for each."
)
_QUIET = click.option("-q", "--quiet", is_flag=True, help="Do not show what is being read.")
_SEARCH = click.option(
    "--search",
    multiple=True,
    metavar="WHERE",
    help="Also the checkpoints in a folder, of an author on the Hub, or in a file of fingerprints. Repeatable.",
)


class _Lineage(click.Group):
    """A group whose first word, if it is no subcommand, is a checkpoint to compare."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the subcommand that the first word names, or that which compares."""
        if args and args[0] in self.commands:
            return super().resolve_command(ctx, args)
        return compare.name, compare, args

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Leave options before the first checkpoint to the subcommand."""
        if args and args[0] not in self.commands and not {"-h", "--help"} & set(args[:1]):
            args = ["compare", *args]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options of the subcommand that compares, then the other subcommand."""
        compare.format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


@click.group(cls=_Lineage, options_metavar="", subcommand_metavar="CHECKPOINT... [OPTIONS]")
def lineage() -> None:
    """Compare the weights of checkpoints: does one come from another?

    \b
    modelcheck lineage acme/Thing-8B-Chat                    with the models that its files name
    modelcheck lineage acme/Thing-8B-Chat acme/Thing-8B      two, or more, with each other
    modelcheck lineage ./model --search acme                 with all models of an author
    modelcheck lineage index known.jsonl --search ./models   keep fingerprints
    modelcheck lineage ./model --search known.jsonl          with those that were kept

    About 0.3 MB of each are read: rows of the first layers and of the embedding. What is pickled is never loaded.

    Exit codes: 0 done, whatever was found; 2 usage error; 4 the weights of a checkpoint could not be read; 130 interrupted.
    """


@lineage.command()
@click.argument("targets", nargs=-1, required=True, metavar="CHECKPOINT...")
@_SEARCH
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="NAME[=FILE]",
    help=f"{', '.join(_FORMATS)}; to FILE if given. Repeatable.  [default: text]",
)
@_OFFLINE
@_JOBS
@_TIMEOUT
@_QUIET
@click.pass_context
def compare(context: click.Context, /, **given: Any) -> None:
    """Compare the weights of checkpoints; the default.

    They are compared with each other, with what their files name, or with many others.
    """
    from modelcheck.commands.lineage_running import run

    context.exit(run(**given))


@lineage.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("targets", nargs=-1, metavar="CHECKPOINT...")
@_SEARCH
@_OFFLINE
@_JOBS
@_TIMEOUT
@_QUIET
@click.pass_context
def index(context: click.Context, /, **given: Any) -> None:
    """Add fingerprints of checkpoints to FILE, or renew them.

    Those of other checkpoints stay in the file. A fingerprint has some 8 kB: projections of the rows that are compared. The weights
    cannot be computed from it.

    Exit codes: 0 done, 2 usage error, 4 the weights of a checkpoint could not be read, 130 interrupted.
    """
    from modelcheck.commands.lineage_running import make_index

    context.exit(make_index(**given))
