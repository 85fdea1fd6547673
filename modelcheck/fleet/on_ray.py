"""Looks at the targets of a fleet in tasks of Ray, on this machine or on a cluster. The driver alone writes to the store."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import field
from functools import cache
from typing import Any

from modelcheck.errors import Misuse, first_line
from modelcheck.fleet.cluster import MOST_SAID, Cluster, connected
from modelcheck.fleet.limited import look_within
from modelcheck.fleet.looking import Need, Outcome, Plan, Step
from modelcheck.fleet.resources import resources, room_of
from modelcheck.fleet.scanning import Waiting, Workers
from modelcheck.fleet.store import Judged
from modelcheck.fleet.targets import Item
from modelcheck.plugins import Plugins
from modelcheck.records import mutable, replace

_TRIES = 4
"""How often a target is looked at whose worker dies: it may be the target that kills it."""
_NODES = 20
"""How often if the whole node vanishes, as spot machines do: that is not the target's doing."""


@mutable
class _Job:
    item: Item
    known: Judged | None
    step: Step = "all"
    need: int = 0
    died: list[str] = field(default_factory=list)
    vanished: int = 0


@contextmanager
def on_ray(plan: Plan, cluster: Cluster) -> Iterator[Workers]:
    """Connected to a cluster, the workers there. Raises Misuse where there is no Ray, or no cluster at the address.

    With a probe, a task on a CPU says how much memory a model needs, and a second one with so much of a GPU runs it. A task whose
    worker dies is started again on another; if that does not help, the target has failed, with the reasons.
    """
    with connected(cluster) as ray:
        yield _Driver(ray, plan, cluster).outcomes


class _Driver:
    """Hands out tasks, a bounded number at a time, and takes back what became of them."""

    def __init__(self, ray: Any, plan: Plan, cluster: Cluster) -> None:
        self._ray = ray
        self._cluster = cluster
        self._task = ray.remote(num_cpus=1, max_retries=0, max_calls=0)(_task)  # each model has a process of its own that ends
        self._plan = ray.put(replace(plan, jobs=1))
        self._room = room_of(ray, cluster.gpu_bytes) if plan.probes else None
        self._running: dict[Any, _Job] = {}
        self._ready: deque[_Job] = deque()

    def outcomes(self, waiting: Waiting) -> Iterator[tuple[Outcome, Judged | None]]:
        """All outcomes. Twice as many tasks wait or run as the cluster has CPUs; it may grow and shrink meanwhile."""
        first: Step = "first" if self._room else "all"
        unseen = (_Job(item, known, first) for item, known in waiting)
        job: _Job | None = None
        while True:
            most = 2 * max(int(self._ray.cluster_resources().get("CPU", 1)), 1)
            while len(self._running) < most:
                job = self._ready.popleft() if self._ready else next(unseen, None)
                if job is None:
                    break
                self._start(job)
            if not self._running:
                return
            yield from self._ended()

    def _start(self, job: _Job) -> None:
        task = self._task
        if job.step == "probe" and self._room:
            task = task.options(**resources(job.need, self._cluster.gpus, self._room))
        self._running[task.remote(job.item, job.known, self._plan, job.step)] = job

    def _ended(self) -> Iterator[tuple[Outcome, Judged | None]]:
        done, _ = self._ray.wait(list(self._running), num_returns=1, timeout=10.0)
        for reference in done:
            job = self._running.pop(reference)
            try:
                found = self._ray.get(reference)
            except self._ray.exceptions.RayError as error:
                found = self._again(job, error)
            if isinstance(found, Need):
                job.step, job.need = "probe", found.bytes
                self._ready.append(job)
            elif found is not None:
                yield replace(found, retried=tuple(job.died)), job.known

    def _again(self, job: _Job, error: Exception) -> Outcome | None:
        """None if the job is handed out once more; otherwise its failure. An exception of our own would only come again."""
        errors = self._ray.exceptions
        job.died.append(first_line(error)[:MOST_SAID])
        job.vanished += isinstance(error, errors.NodeDiedError | errors.LocalRayletDiedError)
        ours = isinstance(error, errors.RayTaskError)
        if not ours and len(job.died) - job.vanished < _TRIES and job.vanished < _NODES:
            self._ready.append(job)
            return None
        times = f" {len(job.died)} times" if len(job.died) > 1 else ""
        return Outcome(job.item, failure=("crash", f"its worker failed{times}: {'; '.join(dict.fromkeys(job.died))}"))


def _task(item: Item, known: Judged | None, plan: Plan, step: Step) -> Outcome | Need:
    """Runs on a worker, which loads the plug-ins once."""
    try:
        plugins = _plugins(tuple(plan.settings.disabled_plugins.items()))
    except Misuse as error:  # another version of modelcheck than the driver's
        return Outcome(item, failure=("crash", str(error)))
    return look_within(item, known, plan, step, plugins)


@cache
def _plugins(disabled: tuple[tuple[str, str], ...]) -> Plugins:
    return Plugins(dict(disabled))
