"""The subcommands of ``modelcheck fleet`` that read a store."""

from __future__ import annotations

from pathlib import Path

import click

STORE = click.option(
    "--store", type=click.Path(path_type=Path, dir_okay=False), default=Path("fleet.sqlite"), show_default=True, metavar="FILE",
    help="The file with the results.",
)  # fmt: skip
_FORMAT = click.option("--format", "format_", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
_EXISTING = click.Path(path_type=Path, exists=True, dir_okay=False)
_TABLES = click.Choice(["fleet", "deployments", "checkpoints", "uses", "scans"])


@click.command("list")
@click.option("--where", metavar="SQL", help="Only checkpoints for which this holds, e.g. \"label = 'base' AND errors > 0\".")
@click.option("--columns", metavar="NAMES", default="name,label,p_instruct,license,errors,warnings", show_default=True)
@STORE
def list_(where: str | None, columns: str, store: Path) -> None:
    """List the checkpoints of the last scans.

    The columns are: name version judged label p_instruct sub_labels source model_type license gated base_models relation template
    stop_ids pickles files bytes errors warnings rules problem.
    """
    from modelcheck.fleet.querying import query

    names, rows = query(store, f"SELECT {columns} FROM fleet WHERE {where or 'TRUE'} ORDER BY name")  # noqa: S608 - it can only read
    _table(names, rows)


@click.command()
@click.argument("statement", metavar="SELECT")
@STORE
def sql(statement: str, store: Path) -> None:
    """Ask the store in SQL; only reading is possible.

    Tables: fleet (the present checkpoints), deployments (the present uses), checkpoints and uses (all that ever was, with
    first_scan and last_scan), trees, scans, failures.
    """
    from modelcheck.fleet.querying import query

    _table(*query(store, statement))


@click.command()
@click.argument("earlier", metavar="[EARLIER]", required=False)
@click.argument("later", metavar="[LATER]", required=False)
@click.option("--with", "other", type=_EXISTING, metavar="FILE", help="Compare the store with this newer one.")
@click.option("--fail-on", metavar="TOPICS", help="Exit with 1 if one of these changed: new, gone, or columns, e.g. label,license.")
@_FORMAT
@STORE
@click.pass_context
def diff(
    context: click.Context, /, *, other: Path | None, fail_on: str | None, format_: str, store: Path, **scans: str | None
) -> None:
    """Show what changed between two scans: by default the last two of the same targets.

    EARLIER and LATER are numbers of scans, or times (2026-01-31, 2026-01-31T12:00).
    """
    from modelcheck.commands.output import say
    from modelcheck.fleet.diffing import FIELDS, as_json, as_text, changes, scans_to_compare, state

    topics = {topic.strip() for topic in (fail_on or "").split(",") if topic.strip()}
    unknown = topics - {"new", "gone", *FIELDS}
    if unknown:
        raise click.BadParameter(f"{', '.join(sorted(unknown))}: known are new, gone, {', '.join(FIELDS)}", param_hint="--fail-on")
    if other:
        before, after = state(store), state(other)
    else:
        first, second = scans_to_compare(store, scans["earlier"], scans["later"])
        before, after = state(store, first), state(store, second)
    found = list(changes(before, after))
    say(as_json(found) if format_ == "json" else as_text(found, markdown=format_ == "markdown"))
    context.exit(1 if any(topics & one.topics for one in found) else 0)


@click.command()
@STORE
def failures(store: Path) -> None:
    """List what the last scan of each set of targets could not look at, and why."""
    from modelcheck.fleet.querying import query

    last = "SELECT max(id) FROM scans GROUP BY scope"
    _table(*query(store, f"SELECT name, kind, message FROM failures WHERE scan IN ({last}) ORDER BY name"))  # noqa: S608


@click.command()
@click.argument("name")
@STORE
def impact(name: str, store: Path) -> None:
    """Show what depends on a checkpoint: the deployments that use it, and the checkpoints that are made from it."""
    from modelcheck.commands.output import say
    from modelcheck.fleet.querying import query

    columns = "tree, version, path, line, purpose, engine, revision"
    _, uses = query(store, f"SELECT {columns} FROM deployments WHERE target = ? OR model = ? ORDER BY tree, path, line", name, name)  # noqa: S608
    _, derived = query(
        store, "SELECT name, relation FROM fleet, json_each(fleet.base_models) WHERE json_each.value = ? ORDER BY name", name
    )
    for tree, version, path, line, purpose, engine, revision in uses:
        at = f"at {revision}" if revision else "at no fixed revision"
        say(f"{tree}@{str(version)[:12]}: {path}:{line}: {engine}, {purpose}, {at}")
    for derived_name, relation in derived:
        say(f"{derived_name}: {relation} of it")
    if not uses and not derived:
        say(f"nothing in {store} uses {name} or is made from it")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--table", type=_TABLES, default="fleet", show_default=True, help="What to write.")
@STORE
def export(file: Path, table: str, store: Path) -> None:
    """Write a table to FILE: .jsonl, .csv or .parquet (which needs modelcheck[fleet])."""
    from modelcheck.commands.output import say, write_errors
    from modelcheck.fleet.transfer import export as write

    with write_errors(file):
        count = write(store, table, file)  # type: ignore[arg-type] # one of the choices
    say(f"{count} rows in {file}", error=True)


@click.command()
@click.option("--format", "format_", type=click.Choice(["markdown", "json"]), default="markdown", show_default=True)
@STORE
def report(format_: str, store: Path) -> None:
    """Write counts and shares of the whole fleet: verdicts, licences, purposes, engines, findings. No model is named."""
    from modelcheck.commands.output import say
    from modelcheck.fleet.reporting import as_json, as_markdown

    say(as_json(store) if format_ == "json" else as_markdown(store))


def _table(names: list[str], rows: list[tuple[object, ...]]) -> None:
    """Columns with two blanks between them; the last is as long as it is."""
    from modelcheck.commands.output import say
    from modelcheck.printable import one_line

    texts = [names, *([one_line("" if value is None else str(value)) for value in row] for row in rows)]
    widths = [min(max(len(row[place]) for row in texts), 60) for place in range(len(names))]
    for row in texts:
        say("  ".join(f"{text:<{width}}" for text, width in zip(row, widths, strict=True)).rstrip())


READING = (list_, sql, diff, impact, report, failures, export)
