"""What ``modelcheck fleet scan`` does with its options."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
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
from modelcheck.fleet.judged_by import judged_by
from modelcheck.fleet.looking import Plan
from modelcheck.fleet.scanning import Workers, scan_fleet
from modelcheck.fleet.store import Store
from modelcheck.fleet.targets import Item, items_of
from modelcheck.plugins import Plugins
from modelcheck.probe import Device
from modelcheck.records import record
from modelcheck.sources import Access
from modelcheck.version import VERSION

GB = 1e9
LOCAL = "local"
"""What ``--ray`` without an address stands for."""


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
    settings = replace(common.settings(configured), lock=None, nested=None)
    settings = replace(settings, probe=replace(settings.probe, keep=options.keep_weights))
    check_names(settings, plugins.registry)
    if settings.offline and (options.author or options.collection):
        raise click.UsageError("--author and --collection need the network; they cannot be used with --offline")
    named = options.targets or options.more_targets or not (options.author or options.collection)
    items, skipped = _items(options, all_targets(common, offline=settings.offline) if named else (), settings)
    usual = 1 if options.probe else 2 if settings.offline else 8
    jobs = options.jobs or usual
    age = timedelta(days=options.max_age) if options.max_age else None
    memory = int(options.target_memory * GB) if options.target_memory else None
    by = judged_by(plugins, configured, settings)
    plan = Plan(settings, jobs, by, options.store.absolute(), age, options.target_timeout, memory)
    store = Store(options.store)
    try:
        for problem in store.check():
            raise click.ClickException(f"{options.store} is damaged: {problem}; export what can be read and start a new one")
        scope = _scope(options)
        scan = store.start(scope, plan.judged_by, VERSION)
        for name in skipped:  # not asked for, so nothing is known to have changed
            known = store.known("checkpoints", name)
            if known is not None:
                store.seen("checkpoints", name, known, scan, scope)
        with fleet_progress(len(items), quiet=options.quiet) as ended:
            tally = scan_fleet(store, scan, scope, items, plan, _workers(options, plugins, plan), ended)
        store.end(scan, sum(tally.failed.values()))
    finally:
        store.close()
    warn(plugins.mistakes)
    say(f"scan {scan}: {counts(tally)} · {options.store}")
    if tally.failed:
        say(f"what failed, and why: modelcheck fleet failures --store {options.store}", error=True)
    return 4 if tally.failed else 0


def _workers(options: FleetOptions, plugins: Plugins, plan: Plan) -> Workers:
    if options.ray is None:
        from modelcheck.fleet.threads import in_threads

        return lambda waiting: in_threads(waiting, plugins.registry, plugins, plan)
    from modelcheck.fleet.cluster import Cluster
    from modelcheck.fleet.on_ray import on_ray

    address = None if options.ray == LOCAL else options.ray
    gpus = 0.0 if options.device == "cpu" else options.gpus_per_probe
    gpu_bytes = int(options.gpu_memory * GB) if options.gpu_memory else None
    cluster = Cluster(address=address, workers=plan.jobs, gpus=gpus, gpu_bytes=gpu_bytes)
    return lambda waiting: on_ray(waiting, plan, cluster)


def _items(options: FleetOptions, texts: tuple[str, ...], settings: Settings) -> tuple[list[Item], list[str]]:
    """The items, and the names of the authors' models that did not change since ``--since``."""
    from modelcheck.sources.hub_models import collection, commits_of

    if options.since and not re.fullmatch(r"\d{4}-\d\d-\d\d(T[\d:]+Z?)?", options.since):
        raise click.UsageError(f"--since {options.since}: a date such as 2026-01-31")
    access = Access(network=True, timeout=settings.timeout)
    listed = [one for author in options.author for one in commits_of(author, options.tag, options.limit, access)]
    old = [one.id for one in listed if options.since and one.modified and one.modified < options.since]
    changed = [(one.id, one.commit) for one in listed if one.id not in set(old)]
    in_collections = [id_ for slug in options.collection for id_ in collection(slug, access)]
    return items_of((*texts, *in_collections), changed), old


def _scope(options: FleetOptions) -> str:
    """What a scan is of: the same targets, asked for in the same way. A checkpoint that a later scan of them misses is gone."""
    listed = options.more_targets.name if options.more_targets else ""
    said = (sorted(options.targets), listed, sorted(options.author), sorted(options.collection), options.limit, options.tag)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:12]
