"""What ``modelcheck fleet scan`` does with its options."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Literal

import click

from modelcheck.commands.fleet_progress import counts, fleet_progress
from modelcheck.commands.loading import load, warn
from modelcheck.commands.options import ScanOptions
from modelcheck.commands.output import say
from modelcheck.commands.targets import all_targets
from modelcheck.config import Settings, check_names
from modelcheck.errors import TargetError
from modelcheck.fleet.diffing import utc
from modelcheck.fleet.judged_by import judged_by
from modelcheck.fleet.looking import Outcome, Plan
from modelcheck.fleet.scanning import Tally, Waiting, Workers, scan_fleet
from modelcheck.fleet.store import Judged, Store
from modelcheck.fleet.targets import items_of
from modelcheck.plugins import Plugins
from modelcheck.probe import Device
from modelcheck.records import record, replace
from modelcheck.sources import Access
from modelcheck.version import VERSION

GB = 1e9


@record(kw_only=True)
class FleetOptions:
    """One field for each option, as click converted it."""

    targets: tuple[str, ...]
    more_targets: Path | None
    author: tuple[str, ...]
    collection: tuple[str, ...]
    limit: int | None
    tag: str | None
    since: str | None
    store: Path
    max_age: int | None
    offline: bool
    budget: Literal["files", "network", "weights"] | None
    jobs: int | None
    ray: str | None
    probe: bool
    device: Device | None
    gpus_per_probe: float | None
    gpu_memory: float | None
    max_probe_gb: float | None
    probe_timeout: float | None
    keep_weights: bool
    target_timeout: float | None
    target_memory: float | None
    timeout: float
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    config: Path | None
    quiet: bool


def run(options: FleetOptions) -> int:
    """Scan, and return the exit code."""
    configured, plugins = load(options.config)
    common = ScanOptions(
        targets=options.targets, more_targets=options.more_targets, offline=options.offline, budget=options.budget,
        jobs=options.jobs, timeout=options.timeout, probe=options.probe, device=options.device, select=options.select,
        ignore=options.ignore, config=options.config, max_probe_gb=options.max_probe_gb, probe_timeout=options.probe_timeout,
    )  # fmt: skip
    _refuse_without_effect(options)
    settings = replace(common.settings(configured), lock=None, nested=None)
    settings = replace(settings, probe=replace(settings.probe, keep=options.keep_weights))
    check_names(settings, plugins.registry)
    if settings.offline and (options.author or options.collection):
        raise click.UsageError("--author and --collection need the network; they cannot be used with --offline")
    named = options.targets or options.more_targets or not (options.author or options.collection)
    texts = all_targets(common, offline=settings.offline) if named else ()
    listed, skipped, unlisted = _listed(options, settings)
    if unlisted and not named and not any(listed):
        raise unlisted[0][1]
    usual = 1 if options.probe else 2 if settings.offline else 8
    jobs = options.jobs or usual
    age = timedelta(days=options.max_age) if options.max_age else None
    memory = int(options.target_memory * GB) if options.target_memory else None
    by = judged_by(plugins, configured, settings)
    plan = Plan(settings, jobs, by, options.store.absolute(), age, options.target_timeout, memory)
    latest = Tally()
    with ExitStack() as connection:
        workers = _workers(options, plugins, plan, connection)  # first, so that no store is made where there is no cluster
        store = Store(options.store)
        try:
            store.check()
            scope = _scope(options, store.known_below)
            items = items_of((*texts, *listed[1]), listed[0], store.known_below)
            scan = store.start(scope, plan.judged_by, VERSION)
            _prepare(store, scan, scope, texts, skipped)
            _note_unlisted(store, scan, scope, unlisted, latest)
            with fleet_progress(len(items), quiet=options.quiet) as ended:
                scan_fleet(store, scan, scope, items, plan, workers, latest, ended)
            store.end(scan, sum(latest.failed.values()))
        except KeyboardInterrupt:
            say(f"interrupted: {counts(latest)}; the same command goes on from there", error=True)
            return 130
        finally:
            store.close()
    warn(plugins.mistakes)
    say(f"scan {scan}: {counts(latest)} · {options.store}")
    if latest.failed:
        say(f"what failed, and why: modelcheck fleet failures --store {options.store}", error=True)
    return 4 if latest.failed else 0


def _prepare(store: Store, scan: int, scope: str, texts: Iterable[str], skipped: Iterable[str]) -> None:
    """Note the folders that the scan looks in; models that are not asked for are not known to have changed."""
    places = [os.path.abspath(text) for text in texts if text.strip()]  # noqa: PTH100 - links stay as they are named
    store.looked_in(scan, [place for place in places if os.path.isdir(place) or store.known_below(place)])  # noqa: PTH112
    for name in skipped:
        known = store.known(name)
        if known is not None:
            store.seen(name, known, scan, scope)


def _note_unlisted(store: Store, scan: int, scope: str, unlisted: Iterable[tuple[str, TargetError]], latest: Tally) -> None:
    for name, error in unlisted:
        store.fail(scan, name, error.kind, str(error))
        store.seen_all(scan, scope)
        latest.failed[error.kind] = latest.failed.get(error.kind, 0) + 1


def _workers(options: FleetOptions, plugins: Plugins, plan: Plan, connection: ExitStack) -> Workers:
    if options.ray is None:
        return lambda waiting: _here(waiting, plugins, plan)
    from modelcheck.fleet.cluster import Cluster, address_of
    from modelcheck.fleet.on_ray import on_ray

    gpus = 0.0 if options.device == "cpu" else options.gpus_per_probe
    gpu_bytes = int(options.gpu_memory * GB) if options.gpu_memory else None
    cluster = Cluster(address=address_of(options.ray), workers=plan.jobs, gpus=gpus, gpu_bytes=gpu_bytes)
    return connection.enter_context(on_ray(plan, cluster))


def _here(waiting: Waiting, plugins: Plugins, plan: Plan) -> Iterable[tuple[Outcome, Judged | None]]:
    from modelcheck.fleet.processes import in_processes, processes_for
    from modelcheck.fleet.threads import in_threads

    processes = processes_for(plan, len(waiting))
    return in_processes(waiting, plan, processes) if processes > 1 else in_threads(waiting, plugins.registry, plugins, plan)


def _listed(
    options: FleetOptions, settings: Settings
) -> tuple[tuple[list[tuple[str, str | None]], list[str]], list[str], list[tuple[str, TargetError]]]:
    """The authors' models with their commits and the ids of collections; the authors' models that are older than ``--since``.

    And the authors and collections that could not be listed, each with why.
    """
    from modelcheck.sources.hub_models import collection, commits_of

    since = utc(options.since) if options.since else ""
    if since is None:
        raise click.UsageError(f"--since {options.since}: a date such as 2026-01-31")
    access = Access(network=True, timeout=settings.timeout)
    listed, in_collections = [], []
    unlisted: list[tuple[str, TargetError]] = []
    for author in options.author:
        try:
            of_author = commits_of(author, options.tag, options.limit, access) if author.strip() else []
        except TargetError as error:
            unlisted.append((f"--author {author}", error))
            continue
        listed += of_author
        if not of_author:
            why = f"the Hub lists no models of {author!r}{' with this tag' if options.tag else ''}"
            unlisted.append((f"--author {author}", TargetError("not-found", why)))
    for slug in options.collection:
        try:
            in_collections += collection(slug, access)
        except TargetError as error:
            unlisted.append((f"--collection {slug}", error))
    old = [one.id for one in listed if since and one.modified and one.modified < since]
    changed = [(one.id, one.commit) for one in listed if one.id not in set(old)]
    return (changed, in_collections), old, unlisted


def _refuse_without_effect(options: FleetOptions) -> None:
    """Raises UsageError for an option that another one needs."""
    of_authors = {"--limit": options.limit, "--filter": options.tag, "--since": options.since}
    of_probes = {"--device": options.device, "--gpus-per-probe": options.gpus_per_probe, "--gpu-memory": options.gpu_memory}
    for needed, there, others in (("--author", options.author, of_authors), ("--probe", options.probe, of_probes)):
        given = next((name for name, value in others.items() if value), None)
        if given and not there:
            raise click.UsageError(f"{given} has no effect without {needed}")


def _place(text: str, known: Callable[[str], bool]) -> str:
    """The whole path of what is here, or was; another text as it is."""
    path = os.path.abspath(text)  # noqa: PTH100 - links stay as they are named
    return path if text.strip() and (os.path.lexists(text) or known(path)) else text


def _scope(options: FleetOptions, known: Callable[[str], bool]) -> str:
    """What a scan is of: the same targets, asked for in the same way. A checkpoint that a later scan of them misses is gone."""
    list_ = options.more_targets
    listed = "" if list_ is None else str(list_) if str(list_) == "-" else os.path.abspath(list_)  # noqa: PTH100
    named = options.targets or (() if listed or options.author or options.collection else (".",))
    said = (
        sorted(_place(text, known) for text in named),
        listed,
        sorted(options.author),
        sorted(options.collection),
        options.limit,
        options.tag,
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()[:12]
