"""``modelcheck lock``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

_FILE = click.Path(path_type=Path, dir_okay=False)
_CONFIG = click.Path(path_type=Path)


@click.command()
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@click.option("--check", is_flag=True, help="Write nothing; list what changed and exit with 1 if anything did.")
@click.option("--output", type=_FILE, metavar="FILE", default="modelcheck.lock", show_default=True, help="Write the lock to FILE.")
@click.option("--config", type=_CONFIG, metavar="FILE", help="Read FILE instead of the nearest configuration file.")
@click.option("--jobs", type=click.IntRange(1, 64), metavar="N", default=8, show_default=True, help="Allow N requests at a time.")
@click.option(
    "--timeout",
    type=click.FloatRange(0.1),
    metavar="S",
    default=30.0,
    show_default=True,
    help="Wait up to S seconds for the Hub per checkpoint.",
)
@click.pass_context
def lock(
    context: click.Context,
    /,
    *,
    targets: tuple[str, ...],
    check: bool,
    output: Path,
    config: Path | None,
    jobs: int,
    timeout: float,
) -> None:
    """Record the verdicts of the checkpoints that files use.

    TARGET is a folder or a file; by default the current folder. The verdicts are looked up on the Hub. If the Hub cannot be asked
    for a checkpoint, the recorded entry is kept; a new checkpoint is recorded by its name, without a commit; the exit code is 4.
    `scan --locked` and runs without a network, such as the pre-commit hooks, read the lock.
    """
    from modelcheck.commands.loading import load
    from modelcheck.commands.output import say
    from modelcheck.config import is_file
    from modelcheck.engine.lock.entries import lock_entries, not_asked
    from modelcheck.engine.lock.file import differences, read_lock, write_lock
    from modelcheck.engine.run import Run
    from modelcheck.records import replace

    settings, plugins = load(config)
    run = Run(plugins.registry, plugins, replace(settings, timeout=timeout), jobs)
    report = run.scan(targets or (".",))
    for line in (*map(str, plugins.mistakes), *(f"{error.kind}: {error.message}" for error in report.errors)):
        say(line, error=True)
    before = read_lock(output) if is_file(output) else {}
    if report.interrupted:
        say(f"{output}: not changed, since the run was interrupted", error=True)
        context.exit(report.exit_code(None))
    entries = lock_entries(report, run.shared)
    missed = not_asked(entries, run.shared)
    for name, why in missed.items():
        known = "recorded in part, without its commit" if entries[name].commit else "recorded by its name"
        say(f"{name}: {'its entry is kept' if name in before else known}: {why}", error=True)
        entries[name] = replace(entries[name], commit=None)
    # A run that could not ask for everything does not replace what an earlier one found out.
    partial = bool(report.errors) or targets not in ((), (".",))
    kept = {name: entry for name, entry in before.items() if name in missed or (partial and name not in entries)}
    entries |= kept
    changes = list(differences(before, entries))
    for change in changes:
        say(change)
    same = write_lock(entries, tool="", date="") == write_lock(before, tool="", date="")  # a newer tool may record more
    if not check and not (same and is_file(output)):
        _write(output, lambda tool, date: write_lock(entries, tool=tool, date=date))
    by_name = sum(one.commit is None for one in entries.values())
    known = f"{len(entries)} checkpoint{'' if len(entries) == 1 else 's'}" + (f", {by_name} by name only" if by_name else "")
    say(f"{output}: {known}; {len(changes) or 'nothing'} changed")
    code = report.exit_code(None)
    context.exit(1 if check and changes else code or (4 if missed else 0))


def _write(path: Path, text: Callable[[str, str], str]) -> None:
    """Write the lock with this version and today's date. Raises WriteError."""
    import datetime as dt

    from modelcheck.commands.output import write_errors
    from modelcheck.version import VERSION
    from modelcheck.writing import write_file

    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    with write_errors(path):
        write_file(path, text(VERSION, today).encode())
