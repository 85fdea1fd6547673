"""The subcommands of ``modelcheck fleet`` about what changed, whom a change hits, and what breaks the policy."""

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


@click.command()
@click.option("--select", metavar="RULE", multiple=True, help="Only these rules or areas. Repeatable.")
@click.option("--new", "only_new", is_flag=True, help="Only what did not break the policy in the scan before.")
@click.option("--config", type=_EXISTING, metavar="FILE", help="Read FILE instead of the nearest configuration file.")
@_FORMAT
@STORE
@click.pass_context
def policy(
    context: click.Context, /, *, select: tuple[str, ...], only_new: bool, config: Path | None, format_: str, store: Path
) -> None:
    """Show which deployments and checkpoints break the policy, and exit with 1 if any does.

    The policy is what the settings make an error: the rules of the area `policy`, which take lists of approved models and of
    licenses, and each rule of the severity error, or that is given it.
    """
    from modelcheck.commands.loading import load
    from modelcheck.commands.output import say
    from modelcheck.config import Settings, check_names
    from modelcheck.fleet.judged_by import rules_of
    from modelcheck.fleet.policy import breaches, new_breaches, outdated
    from modelcheck.fleet.policy_text import as_json, as_text

    configured, plugins = load(config)
    chosen = tuple(name.strip().rstrip("/") for names in select for name in names.split(",") if name.strip())
    check_names(Settings(select=chosen), plugins.registry)
    found = new_breaches(store) if only_new else breaches(store)
    found = [one for one in found if not chosen or one.rule in chosen or one.rule.partition("/")[0] in chosen]
    say(as_json(found) if format_ == "json" else as_text(found, markdown=format_ == "markdown"))
    old = outdated(store, rules_of(plugins, configured))
    if old:
        hint = "modelcheck fleet scan judges them again"
        say(f"{old} results are by other settings or another version: {hint}", error=True)
    context.exit(1 if found else 0)
