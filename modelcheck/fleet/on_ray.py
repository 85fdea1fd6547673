"""Looks at the targets of a fleet in tasks of Ray, on this machine or on a cluster. The driver alone writes to the store."""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from functools import cache
from typing import Any

from modelcheck.errors import Misuse
from modelcheck.fleet.looking import Outcome, Plan, look_at
from modelcheck.fleet.scanning import Waiting
from modelcheck.fleet.store import Judged
from modelcheck.fleet.targets import Item
from modelcheck.plugins import Plugins
from modelcheck.records import record

_PASSED_ON = ("HF_ENDPOINT", "HF_HOME", "HF_HUB_CACHE", "HF_HUB_DISABLE_TELEMETRY", "PYTHONPATH")
"""Environment variables that workers of a local cluster need as well. Tokens are not sent: a cluster has its own."""
_RETRIES = 3
_SECONDS = 5.0


@record(kw_only=True)
class Cluster:
    """A cluster by its address (None: one of this machine, started and ended here), and how much of a GPU a target takes."""

    address: str | None
    workers: int
    gpus: float = 0.0


def on_ray(waiting: Waiting, plan: Plan, cluster: Cluster) -> Iterator[tuple[Outcome, Judged | None]]:
    """The outcomes as they come. Raises Misuse where there is no Ray, or no cluster at the address.

    A task whose worker dies is started again on another, three times; then the target has failed.
    """
    with redirect_stdout(sys.stderr):  # where Ray tells of workers that died; standard output is for results
        ray = _connect(cluster)
        try:
            task = ray.remote(num_cpus=1, num_gpus=cluster.gpus, max_retries=_RETRIES)(_task)
            spec = ray.put(replace(plan, jobs=1))
            most = 2 * max(int(ray.cluster_resources().get("CPU", 1)), 1)
            running: dict[Any, tuple[Item, Judged | None]] = {}
            for item, known in waiting:
                running[task.remote(item, known, spec)] = (item, known)
                if len(running) >= most:
                    yield from _ready(ray, running)
            while running:
                yield from _ready(ray, running)
        finally:
            ray.shutdown()


def _connect(cluster: Cluster) -> Any:
    try:
        import ray
    except ImportError:
        raise Misuse("--ray needs Ray: pip install 'modelcheck[ray]'") from None
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    common: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR", "configure_logging": False}
    try:
        if cluster.address is None:
            ray.init(num_cpus=cluster.workers, include_dashboard=False, runtime_env={"env_vars": environment}, **common)
        else:
            _answers(cluster.address)
            ray.init(address=cluster.address, **common)
    except (ConnectionError, ValueError, RuntimeError, TimeoutError) as error:
        raise Misuse(f"--ray {cluster.address or 'local'}: {_said(error)}") from error
    return ray


def _answers(address: str) -> None:
    """Raises Misuse unless something answers at ``host:port`` or ``ray://host:port``: Ray itself would wait for minutes."""
    found = re.fullmatch(r"(?:ray://)?([\w.-]+|\[[\da-fA-F:]+\]):(\d{1,5})", address)
    if found is None:
        if address == "auto":
            return
        raise Misuse(f"--ray {address}: the address of a cluster has the form host:6379 or ray://host:10001; auto finds one here")
    try:
        socket.create_connection((found[1].strip("[]"), int(found[2])), timeout=_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise Misuse(f"--ray {address}: no Ray cluster answers there: {error}") from None


def _ready(ray: Any, running: dict[Any, tuple[Item, Judged | None]]) -> Iterator[tuple[Outcome, Judged | None]]:
    done, _ = ray.wait(list(running), num_returns=1)
    for reference in done:
        item, known = running.pop(reference)
        try:
            yield ray.get(reference), known
        except ray.exceptions.RayError as error:
            yield Outcome(item, failure=("crash", f"its worker failed: {_said(error)}")), known


def _said(error: Exception) -> str:
    """The first line of one of Ray's errors, which are pages long."""
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)[:300]


def _task(item: Item, known: Judged | None, plan: Plan) -> Outcome:
    """Runs on a worker, which loads the plug-ins once."""
    plugins = _plugins(tuple(plan.settings.disabled_plugins.items()))
    return look_at(item, known, plan.shared(plugins.registry, plugins), plan)


@cache
def _plugins(disabled: tuple[tuple[str, str], ...]) -> Plugins:
    return Plugins(dict(disabled))
