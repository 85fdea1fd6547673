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
@click.option(
    "--fail-on", metavar="TOPICS", help="Exit with 1 if one of these changed: new, gone, uses, or columns, e.g. label,license."
)
@_FORMAT
@STORE
@click.pass_context
def diff(
    context: click.Context, /, *, other: Path | None, fail_on: str | None, format_: str, store: Path, **scans: str | None
) -> None:
    """Show what changed between two scans: by default the last two of the same targets.

    EARLIER and LATER are numbers of scans, or times (2026-01-31, 2026-01-31T12:00).

    Exit codes: 0 done, 1 something of --fail-on changed, 2 usage error, or there is no earlier scan.
    """
    from modelcheck.commands.output import say
    from modelcheck.fleet.change_text import as_json, as_text
    from modelcheck.fleet.diffing import FIELDS, changed_uses, changes, scans_to_compare, state, uses

    topics = {topic.strip() for topic in (fail_on or "").split(",") if topic.strip()}
    unknown = topics - {"new", "gone", "uses", *FIELDS}
    if unknown:
        known = ", ".join(("new", "gone", "uses", *FIELDS))
        raise click.BadParameter(f"{', '.join(sorted(unknown))}: known are {known}", param_hint="--fail-on")
    first, second = (None, None) if other else scans_to_compare(store, scans["earlier"], scans["later"])
    found = [
        *changes(state(store, first), state(other or store, second)),
        *changed_uses(uses(store, first), uses(other or store, second)),
    ]
    say(as_json(found) if format_ == "json" else as_text(found, markdown=format_ == "markdown"))
    context.exit(1 if any(topics & one.topics for one in found) else 0)


@click.command()
@click.argument("name")
@STORE
def impact(name: str, store: Path) -> None:
    """Show what depends on a checkpoint: the deployments that use it, and the checkpoints that are made from it."""
    from modelcheck.commands.output import say
    from modelcheck.fleet.querying import query
    from modelcheck.printable import one_line

    columns = "tree, version, path, line, purpose, engine, revision"
    same = "lower(target) = ? OR lower(model) = ?"
    by_name = f"SELECT {columns} FROM deployments WHERE {same} ORDER BY tree, path, line"  # noqa: S608 - columns of ours
    _, uses = query(store, by_name, name.lower(), name.lower())
    _, derived = query(
        store,
        "SELECT name, relation FROM fleet, json_each(fleet.base_models) WHERE lower(json_each.value) = ? ORDER BY name",
        name.lower(),
    )
    for tree, version, path, line, purpose, engine, revision in uses:
        at = f"at {revision}" if revision else "at no fixed revision"
        say(one_line(f"{tree}@{str(version)[:12]}: {path}:{line}: {engine}, {purpose}, {at}"))
    for derived_name, relation in derived:
        say(f"{derived_name}: {relation} of it")
    if not uses and not derived:
        _, known = query(store, "SELECT 1 FROM fleet WHERE lower(name) = ?", name.lower())
        say(f"nothing in {store} uses {name} or is made from it{'' if known else ', and it is none of its checkpoints'}")


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

    Exit codes: 0 nothing breaks it, 1 something does, 2 usage error, 4 nothing does, but some results are by other settings.
    """
    from modelcheck.commands.loading import load
    from modelcheck.commands.output import say
    from modelcheck.config import Settings, check_names
    from modelcheck.fleet.judged_by import rules_of
    from modelcheck.fleet.policy import breaches, new_breaches, outdated
    from modelcheck.fleet.policy_text import as_json, as_text, stale

    configured, plugins = load(config)
    chosen = tuple(name.strip().rstrip("/") for names in select for name in names.split(",") if name.strip())
    check_names(Settings(select=chosen), plugins.registry)
    found = new_breaches(store) if only_new else breaches(store)
    found = [one for one in found if not chosen or one.rule in chosen or one.rule.partition("/")[0] in chosen]
    old = outdated(store, rules_of(plugins, configured))
    say(as_json(found) if format_ == "json" else as_text(found, old, markdown=format_ == "markdown"))
    if old and format_ == "json":
        say(stale(old), error=True)
    context.exit(1 if found else 4 if old else 0)
