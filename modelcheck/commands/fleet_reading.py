"""The subcommands of ``modelcheck fleet`` that read a store."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from modelcheck.commands.fleet_store import STORE

_TABLES = click.Choice(["fleet", "deployments", "checkpoints", "uses", "scans"])
_FORMATS = ("markdown", "json", "html")
_SUFFIXES = {".html": "html", ".htm": "html", ".json": "json"}
"""Suffix of a report's file → its format."""
_NARROWEST = 8


@click.command("list")
@click.option("--where", metavar="SQL", help="Only checkpoints for which this holds, e.g. \"label = 'base' AND errors > 0\".")
@click.option("--columns", metavar="NAMES", default="name,label,p_instruct,license,errors,warnings", show_default=True)
@STORE
def list_(where: str | None, columns: str, store: Path) -> None:
    """List the checkpoints of the last scans.

    The columns are: name version judged label p_instruct sub_labels source model_type license gated base_models relation template
    stop_ids pickles files bytes errors warnings rules problem probe margin.
    """
    from modelcheck.fleet.querying import query

    if not columns.strip(" ,"):
        raise click.BadParameter("names no column", param_hint="--columns")
    names, rows = query(store, f"SELECT {columns} FROM fleet WHERE {where or 'TRUE'} ORDER BY name")  # noqa: S608 - it can only read
    _table(names, rows, empty="no checkpoint" if where is None else "no checkpoint for which this holds")


@click.command()
@click.argument("statement", metavar="SELECT")
@STORE
def sql(statement: str, store: Path) -> None:
    """Ask the store in SQL; only reading is possible.

    Tables: fleet (the present checkpoints), deployments (the present uses), checkpoints and uses (all that ever was, with
    first_scan and last_scan), trees, scans, failures.
    """
    from modelcheck.fleet.querying import query

    if not statement.strip(" ;\n\t"):
        raise click.BadParameter("the statement is empty", param_hint="SELECT")
    _table(*query(store, statement))


@click.command()
@STORE
def failures(store: Path) -> None:
    """List what the last scan of each set of targets could not look at, and why."""
    from modelcheck.fleet.querying import query

    last = "SELECT max(id) FROM scans GROUP BY scope"
    names, rows = query(store, f"SELECT name, kind, message FROM failures WHERE scan IN ({last}) ORDER BY name")  # noqa: S608
    if rows and sys.stdout.isatty():
        _paragraphs(rows)
    else:
        _table(names, rows, empty="nothing failed")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--table", type=_TABLES, default="fleet", show_default=True, help="What to write.")
@STORE
@click.pass_context
def export(context: click.Context, /, file: Path, table: str, store: Path) -> None:
    """Write a table to FILE: .jsonl, .csv or .parquet (which needs modelcheck[fleet]).

    Exit codes: 0 done, 2 usage error, 4 the store is damaged, and what can be read of it was written.
    """
    from modelcheck.commands.output import say, write_errors
    from modelcheck.fleet.transfer import export as write

    _refuse_store(file)
    with write_errors(file):
        count, whole = write(store, table, file)  # type: ignore[arg-type] # one of the choices
    say(f"{count} rows in {file}{'' if whole else f': {store} is damaged, and no more of it can be read'}", error=True)
    context.exit(0 if whole else 4)


@click.command()
@click.option(
    "--format", "format_", type=click.Choice(_FORMATS), help="What to write.  [default: by the suffix of FILE, otherwise markdown]"
)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write the report to FILE.")
@STORE
def report(format_: str | None, output: Path | None, store: Path) -> None:
    """Write a report of the whole fleet.

    `markdown` and `json` are counts and shares: verdicts, licences, purposes, engines, findings. No model is named. `html` is one
    page that works without a server and without a network: the riskiest deployments, every checkpoint with filters, lineage as a
    graph, families, findings, changes over time. It names models and repositories.
    """
    from modelcheck.commands.output import report_output

    if output is not None:
        _refuse_store(output)
        if format_ is None and output.suffix.lower() not in (*_SUFFIXES, ".md", ".txt", ""):
            raise click.BadParameter(f"{output}: the suffix says no format: give it with --format", param_hint="--output")
    chosen = format_ or _SUFFIXES.get(output.suffix.lower() if output else "", "markdown")
    if chosen == "html" and output is None and sys.stdout.isatty():
        raise click.UsageError("--format html on a terminal: write it to a file with -o fleet.html, or into a pipe")
    text = _report_text(chosen, store)
    with report_output(output, streams=False, colors=False) as write:
        write(text)


def _refuse_store(file: Path) -> None:
    """Raises BadParameter for a file that is a database: it would be lost."""
    try:
        with file.open("rb") as there:
            is_database = there.read(16) == b"SQLite format 3\0"
    except OSError:
        return
    if is_database:
        raise click.BadParameter(f"{file} is a database: give another file")


def _report_text(format_: str, store: Path) -> str:
    from modelcheck.fleet.reporting import as_json, as_markdown

    if format_ != "html":
        return as_json(store) if format_ == "json" else as_markdown(store)
    from modelcheck.commands.loading import load
    from modelcheck.fleet.page.html import as_html

    _, plugins = load()
    return as_html(store, plugins.registry)


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@STORE
def import_(file: Path, store: Path) -> None:
    """Add the checkpoints or uses of an exported FILE (.jsonl, .csv or .parquet) to the store, as a scan of their own.

    Left out are checkpoints of which a scan of the store has a result that is as new, and uses in what it has looked at itself.
    """
    from modelcheck.commands.output import say
    from modelcheck.fleet.importing import check_suffix, import_rows
    from modelcheck.version import VERSION

    check_suffix(file)
    table, added, left = import_rows(store, file, VERSION)
    as_new = f"; {left} left out: the store has looked at them itself, and not earlier" if left else ""
    say(f"{added} {table} in {store}{as_new}", error=True)


def _table(names: list[str], rows: list[tuple[object, ...]], empty: str = "") -> None:
    """Columns with two blanks between them. On a terminal they fit into its width; elsewhere nothing is cut off."""
    import os

    from modelcheck.commands.output import say
    from modelcheck.commands.terminal import terminal_width
    from modelcheck.printable import one_line

    if not rows and empty:
        say(empty, error=True)
        return
    texts = [names, *([one_line("" if value is None else str(value)) for value in row] for row in rows)]
    widths = [max(len(row[place]) for row in texts) for place in range(len(names))]
    if sys.stdout.isatty():
        widths = _fitting(widths, terminal_width(os.environ) - 2 * (len(widths) - 1))
    else:
        widths = [min(width, 60) for width in widths]  # beyond it a long text moves only its own line
    cut = _cut if sys.stdout.isatty() else lambda text, _: text
    for row in texts:
        say("  ".join(f"{cut(text, width):<{width}}" for text, width in zip(row, widths, strict=True)).rstrip())


def _paragraphs(rows: list[tuple[object, ...]]) -> None:
    """A name and a kind in one line, the message below them, so that it can be read to its end."""
    import os
    import textwrap

    from modelcheck.commands.output import say
    from modelcheck.commands.terminal import terminal_width
    from modelcheck.printable import one_line

    width = terminal_width(os.environ)
    for name, kind, message in (tuple(map(one_line, map(str, row))) for row in rows):
        say(f"{name}: {kind}")
        said = message.removeprefix(f"{name}: ")
        say(textwrap.fill(said, width, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False))


def _fitting(widths: list[int], room: int) -> list[int]:
    """The widths of columns, the widest made narrower until all fit into the room; none becomes narrower than eight."""
    fitting = list(widths)
    while sum(fitting) > room and max(fitting, default=0) > _NARROWEST:
        fitting[fitting.index(max(fitting))] -= 1
    return fitting


def _cut(text: str, width: int) -> str:
    """As much of a text as there is room for: the end of a path, the start of anything else."""
    if len(text) <= width:
        return text
    return f"…{text[len(text) - width + 1 :]}" if "/" in text and " " not in text else f"{text[: width - 1]}…"


READING = (list_, sql, report, failures, export, import_)
