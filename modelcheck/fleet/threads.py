"""Looks at the targets of a fleet in threads of this process."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from modelcheck.engine.opening import Opener
from modelcheck.fleet.looking import Outcome, Plan, look_at
from modelcheck.fleet.scanning import Waiting
from modelcheck.fleet.store import Judged
from modelcheck.registry import Registry

BATCH = 64
"""Targets that share what was read of parents and siblings. After them it is dropped, so that memory does not grow."""
Running = dict[Future[Outcome], Judged | None]


def in_threads(waiting: Waiting, registry: Registry, opener: Opener, plan: Plan) -> Iterator[tuple[Outcome, Judged | None]]:
    """The outcomes as they come. No more than twice as many items wait as are worked on."""
    # More threads than requests at a time: while one evaluates a response, another can send its request.
    with ThreadPoolExecutor(plan.jobs + plan.jobs // 2) as pool:
        running: Running = {}
        try:
            for number, (item, known) in enumerate(waiting):
                if number % BATCH == 0:
                    shared = plan.shared(registry, opener)
                running[pool.submit(look_at, item, known, shared, plan)] = known
                while len(running) >= 2 * plan.jobs:
                    yield from _ready(running)
            while running:
                yield from _ready(running)
        finally:
            for future in running:
                future.cancel()


def _ready(running: Running) -> Iterator[tuple[Outcome, Judged | None]]:
    done, _ = wait(running, return_when=FIRST_COMPLETED)
    for future in done:
        yield future.result(), running.pop(future)
