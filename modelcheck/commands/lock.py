"""``modelcheck lock``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


@click.command()
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@click.option("--check", is_flag=True, help="Write nothing; say what moved, and exit 1 if anything has.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), default=Path("modelcheck.lock"), show_default=True)
@click.option("--config", type=click.Path(path_type=Path), help="A configuration file, in place of the nearest one.")
@click.option("--jobs", type=click.IntRange(1, 64), metavar="N", default=8, show_default=True, help="Requests under way together.")
@click.option("--timeout", type=click.FloatRange(0.1), default=30.0, show_default=True, help="Seconds that a checkpoint may wait.")
@click.pass_context
def lock(context: click.Context, /, targets: tuple[str, ...], output: Path, config: Path | None, **given: Any) -> None:
    """Write down what the checkpoints are that a repository's files use.

    The Hub is asked for each; one that cannot be reached is locked by its name and has no commit. Runs without a network
    (`scan --offline`, the hooks, `scan --locked`) judge by the file.
    """
    import datetime as dt

    from modelcheck import __version__
    from modelcheck.commands.loading import load
    from modelcheck.engine.lock.entries import lock_entries
    from modelcheck.engine.lock.file import differences, read_lock, write_lock
    from modelcheck.engine.run import Run
    from modelcheck.writing import write_file

    settings, plugins = load(config)
    settings.timeout = given["timeout"]
    run = Run(plugins.registry, plugins, settings, given["jobs"])
    report = run.scan(targets or (".",))
    for error in report.errors:
        click.echo(f"{error.kind}: {error.message}", err=True)
    entries = lock_entries(report, run.shared)
    before = read_lock(output) if output.is_file() else {}
    changes = list(differences(before, entries))
    for change in changes:
        click.echo(change)
    names = sum(one.commit is None for one in entries.values())
    known = f"{len(entries)} checkpoint{'' if len(entries) == 1 else 's'}" + (f", {names} of them by name only" if names else "")
    same = write_lock(entries, tool="", date="") == write_lock(before, tool="", date="")  # a newer tool may write down more
    if not given["check"] and not (same and output.is_file()):
        today = dt.datetime.now(tz=dt.UTC).date().isoformat()
        try:
            write_file(output, write_lock(entries, tool=__version__, date=today).encode())
        except OSError as error:
            raise click.FileError(str(output), error.strerror or str(error)) from None
    click.echo(f"{output}: {known}; {f'{len(changes)} moved' if changes else 'nothing moved'}")
    context.exit(1 if given["check"] and changes else report.exit_code(None))
