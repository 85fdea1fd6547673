"""``modelcheck report``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from modelcheck.commands.sections import FORMAT

if TYPE_CHECKING:
    from modelcheck.report import Report

_FILE = click.Path(path_type=Path, allow_dash=True)
_OUTPUT = click.Path(path_type=Path, dir_okay=False)
_LARGEST = 256 * 2**20
_STDIN = Path("-")


@click.command()
@click.argument("results", type=_FILE, metavar="RESULTS.json")
@click.option("--format", "formats", metavar="NAME[=FILE]", multiple=True, help=FORMAT)
@click.option("--output", type=_OUTPUT, metavar="FILE", help="Write the report to FILE.")
@click.option("--fail-on", type=click.Choice(["note", "warning", "error", "never"]), help="Exit with 1 from this severity up.")
@click.option("--statistics", is_flag=True, help="Count the findings of each rule (text, concise).")
@click.option("--why", is_flag=True, help="Show all evidence.")
@click.option("-v", "--verbose", count=True, help="Show all evidence and every skipped rule.")
@click.option("-q", "--quiet", is_flag=True, help="Show only findings, errors and the summary.")
@click.option("--no-color", is_flag=True, help="Do not use colours; NO_COLOR does the same.")
@click.pass_context
def report(
    context: click.Context,
    /,
    *,
    results: Path,
    formats: tuple[str, ...],
    output: Path | None,
    fail_on: str | None,
    statistics: bool,
    why: bool,
    verbose: int,
    quiet: bool,
    no_color: bool,
) -> None:
    """Write a saved report in other formats.

    RESULTS.json is what `modelcheck scan --format json` wrote; - is standard input. Nothing is scanned again. The exit code is that
    of the scan: 0 clean, 1 findings, 3 a crash, 4 a target could not be read.
    """
    from modelcheck.commands.formats import Shown, outputs, wanted
    from modelcheck.commands.loading import load
    from modelcheck.findings import Severity

    reports = wanted(formats, output, detailed=why or verbose > 0)
    settings, plugins = load()
    lowest = settings.fail_on if fail_on is None else None if fail_on == "never" else Severity[fail_on.upper()]
    saved = _read(results)
    with outputs(reports, plugins.reporters, Shown(no_color, -1 if quiet else verbose, why, statistics)) as written:
        written.saved(saved)
    context.exit(saved.exit_code(lowest))


def _read(results: Path) -> Report:
    """The report of a file or of standard input. Raises Misuse."""
    from modelcheck.errors import Misuse
    from modelcheck.piped import read_named
    from modelcheck.reporters.saved import read_report

    try:
        content = sys.stdin.buffer.read(_LARGEST + 1) if results == _STDIN else read_named(results, _LARGEST + 1)
    except OSError as error:
        raise Misuse(f"{results}: {error.strerror}") from None
    if len(content) > _LARGEST:
        raise Misuse(f"{results}: longer than {_LARGEST // 2**20} MiB")
    try:
        return read_report(content)
    except Misuse as error:
        raise Misuse(f"{results}: {error}") from None
