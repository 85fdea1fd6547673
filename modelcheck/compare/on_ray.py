"""Does the jobs of a comparison in tasks of Ray, on this machine or on a cluster whose nodes see the same folders."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from modelcheck.compare.jobs import Job
from modelcheck.compare.running import Result, run
from modelcheck.errors import first_line

_TICK = 0.2
_GRACE = 5.0
"""Seconds after the end of the time in which a task ends by itself, with what it has found."""


class OnRay:
    """Called as ``running.run`` is, by several threads. ``ray`` is the module, connected; ``resources`` are those of a job."""

    def __init__(self, ray: Any, resources: Callable[[Job], Mapping[str, float]]) -> None:
        self._ray = ray
        self._resources = resources
        self._task = ray.remote(num_cpus=1, max_retries=2, max_calls=0)(_task)  # each start has a process of its own that ends

    def __call__(self, job: Job, work: Path, name: str, deadline: float | None, tick: Callable[[], None]) -> Result:
        """Do a job where there is room for it. A node that vanishes is replaced by another, twice."""
        left = None if deadline is None else max(deadline - time.monotonic(), 0.0)
        task = self._task.options(**self._resources(job))
        running = task.remote(job, str(work.absolute()), name, left)
        try:
            while not self._ray.wait([running], timeout=_TICK)[0]:
                tick()
                if deadline is not None and time.monotonic() > deadline + _GRACE:
                    self._ray.cancel(running, force=True)
                    return Result({}, [], "the time is over (--timeout)")
            return self._ray.get(running)  # type: ignore[no-any-return]
        except self._ray.exceptions.RayError as error:
            return Result({}, [], f"its task on Ray failed: {first_line(error)[:300]}")
        except BaseException:
            self._ray.cancel(running, force=True)
            raise


def _task(job: Job, work: str, name: str, left: float | None) -> Result:
    """Runs on a worker. The file of the result is kept, as without Ray, so that a comparison goes on from it."""
    if not Path(job.rows).is_file():
        return Result({}, [], f"{job.rows} is not there on a node of the cluster: --work needs a folder that all nodes share")
    return run(job, Path(work), name, None if left is None else time.monotonic() + left, lambda: None)
