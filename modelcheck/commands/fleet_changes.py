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
    if other and any(scans.values()):
        raise click.UsageError("--with compares what both stores have now: EARLIER and LATER cannot be used with it")
    first, second = (None, None) if other else scans_to_compare(store, scans["earlier"], scans["later"])
    before, after = state(store, first), state(other or store, second)
    found = [
        *changes(before, after),
        *changed_uses(uses(store, first), uses(other or store, second), before.keys() | after.keys()),
    ]
    say(as_json(found) if format_ == "json" else as_text(found, markdown=format_ == "markdown"))
    context.exit(1 if any(topics & one.topics for one in found) else 0)


@click.command()
@click.argument("name")
@STORE
@click.pass_context
def impact(context: click.Context, /, name: str, store: Path) -> None:
    """Show what depends on a checkpoint: the deployments that use it, and the checkpoints that are made from it.

    NAME is a name as `modelcheck fleet list` shows it, or the path of a folder.

    Exit codes: 0 done, 2 usage error, or nothing in the store has this name.
    """
    from modelcheck.commands.output import say
    from modelcheck.fleet.impact import impact_of
    from modelcheck.printable import one_line

    found = impact_of(store, name)
    for use in found.uses:
        at = f"at {use.revision}" if use.revision else "at no fixed revision"
        say(one_line(f"{use.tree}@{use.version[:12]}: {use.path}:{use.line}: {use.engine}, {use.purpose}, {at}"))
    for derived, relation in found.derived:
        say(one_line(f"{derived}: {relation} of it"))
    if not found.uses and not found.derived:
        known = "" if found.known else ", and it is none of its checkpoints"
        say(one_line(f"nothing in {store} uses {name} or is made from it{known}"), error=not found.known)
        context.exit(0 if found.known else 2)


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
    say(as_json(found) if format_ == "json" else as_text(found, old, markdown=format_ == "markdown", only_new=only_new))
    if old and format_ == "json":
        say(stale(old), error=True)
    context.exit(1 if found else 4 if old else 0)
