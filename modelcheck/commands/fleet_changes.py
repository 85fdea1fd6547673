"""The subcommands of ``modelcheck fleet`` about what changed, and whom a change hits."""

from __future__ import annotations

from pathlib import Path

import click

from modelcheck.commands.fleet_store import STORE

_FORMAT = click.option("--format", "format_", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)


_EXISTING = click.Path(path_type=Path, exists=True, dir_okay=False)


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
    from modelcheck.fleet.change_text import as_json, as_text
    from modelcheck.fleet.diffing import FIELDS, changes, scans_to_compare, state

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
