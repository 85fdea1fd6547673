"""What ``modelcheck compare`` does with its options."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from modelcheck.commands.loading import load, warn
from modelcheck.commands.output import chosen_formats, say, write_errors, write_formats
from modelcheck.compare.as_json import as_json
from modelcheck.compare.comparing import Run, compare
from modelcheck.compare.comparison import Comparison
from modelcheck.compare.data import read_data
from modelcheck.compare.deciding import decide
from modelcheck.compare.html import as_html
from modelcheck.compare.hub_data import fetched
from modelcheck.compare.lock import only_one
from modelcheck.compare.metrics import metric
from modelcheck.compare.options import Options
from modelcheck.compare.running import run as run_job
from modelcheck.compare.sections import as_markdown, as_text
from modelcheck.compare.starts import open_starts
from modelcheck.config import Settings
from modelcheck.probe import ProbeOptions

_FORMATS: dict[str, Callable[[Comparison], str]] = {"text": as_text, "json": as_json, "markdown": as_markdown, "html": as_html}
_LOG_SECONDS = 30.0
_AT_ONCE = 64
"""Jobs that wait for room on a cluster, or run there."""
_NEEDED = ("torch", "transformers", "peft", "accelerate", "numpy", "scipy")


def run(starts: Sequence[str], data: Sequence[Path | str], formats: Sequence[str], **given: Any) -> int:
    """Compare, write the reports, and return the exit code."""
    outputs = chosen_formats(formats, _FORMATS)
    if len(starts) < 2:
        raise click.UsageError("give two starts or more")
    useless = next((name for name in ("metric", "graft") if given[name]), None)
    if useless and not (given["steps"] or given["train"]):
        raise click.UsageError(f"--{useless} has no effect without --train")
    if given["steps"] and given["train"]:
        raise click.UsageError("--train and --steps cannot be used together")
    missing = next((name for name in _NEEDED if find_spec(name) is None), None)
    if missing:
        raise click.UsageError(f"modelcheck compare needs {missing}: pip install 'modelcheck[compare]'")
    if given["metric"]:
        metric(given["metric"])
    configured, plugins = load(None)
    offline = given["offline"] or configured.offline
    paths = [path for one in data for path in ([one] if isinstance(one, Path) else fetched(one, offline=offline))]
    conversations = read_data(paths, given["task"])
    probe = ProbeOptions(remote_code=given["trust_remote_code"], base=given["base"])
    settings = Settings(offline=offline, probe=probe)
    opened = open_starts(starts, plugins, settings)
    warn(plugins.mistakes)
    options = Options(
        train=given["train"], steps=given["steps"], epochs=given["epochs"], batch=given["batch"], seeds=given["seeds"],
        rates=given["rates"], rank=given["rank"], length=given["length"], held=given["held"], metric=given["metric"],
        graft=given["graft"],
        device=given["device"], max_bytes=int(given["memory"] * 1e9) if given["memory"] else None,
        remote_code=given["trust_remote_code"], seconds=given["timeout"], work=given["work"],
    )  # fmt: skip
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with write_errors(options.work), only_one(options.work), _workers(given["ray"], options) as (run_one, at_once):
        made = compare(opened, conversations, options, _progress(quiet=given["quiet"]), run_one, at_once)
    decide(made)
    write_formats(made, outputs)
    if made.interrupted:
        return 130
    return 4 if any(one.problem for one in made.outcomes) else 0


@contextmanager
def _workers(address: str | None, options: Options) -> Iterator[tuple[Run, int]]:
    """How jobs are done, and how many at a time. Raises Misuse where there is no Ray, or no cluster at the address."""
    if address is None:
        yield run_job, 1
        return
    from modelcheck.compare.on_ray import OnRay
    from modelcheck.fleet.cluster import Cluster, address_of, connected
    from modelcheck.fleet.resources import resources, room_of

    gpus = 0.0 if options.device == "cpu" else None
    with connected(Cluster(address=address_of(address), workers=os.cpu_count() or 1)) as ray:
        room = room_of(ray, None)
        yield OnRay(ray, lambda job: resources(job.memory, gpus, room)), _AT_ONCE


def _progress(*, quiet: bool) -> Callable[[str], None]:
    """Says each step on standard error, and on a terminal for how long it has been at it."""
    start, shown = time.monotonic(), [""]
    last = [start]

    def tell(what: str) -> None:
        if quiet:
            return
        now = time.monotonic()
        if what:
            shown[0], last[0] = what, now
            say(what, error=True)
        elif now - last[0] > _LOG_SECONDS:
            last[0] = now
            say(f"{shown[0]}, {now - start:.0f} s so far", error=True)
            sys.stderr.flush()

    return tell
