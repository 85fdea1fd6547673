"""Looks at the targets of a fleet in threads of this process."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue

from modelcheck.engine.opening import Opener
from modelcheck.fleet.looking import Outcome, Plan, look_at
from modelcheck.fleet.scanning import Waiting
from modelcheck.fleet.store import Judged
from modelcheck.registry import Registry

BATCH = 64
"""Targets that share what was read of parents and siblings. After them it is dropped, so that memory does not grow."""


def in_threads(waiting: Waiting, registry: Registry, opener: Opener, plan: Plan) -> Iterator[tuple[Outcome, Judged | None]]:
    """The outcomes as they come. No more than twice as many items wait as are worked on."""
    done: SimpleQueue[Future[Outcome]] = SimpleQueue()  # concurrent.futures.wait visits all that run, for each that ends
    running: dict[Future[Outcome], Judged | None] = {}
    # More threads than requests at a time: while one evaluates a response, another can send its request.
    with ThreadPoolExecutor(plan.jobs + plan.jobs // 2) as pool:
        try:
            for number, (item, known) in enumerate(waiting):
                if number % BATCH == 0:
                    shared = plan.shared(registry, opener)
                future = pool.submit(look_at, item, known, shared, plan)
                running[future] = known
                future.add_done_callback(done.put)
                while len(running) >= 2 * plan.jobs:
                    yield _next(done, running)
            while running:
                yield _next(done, running)
        finally:
            for future in running:
                future.cancel()


def _next(done: SimpleQueue[Future[Outcome]], running: dict[Future[Outcome], Judged | None]) -> tuple[Outcome, Judged | None]:
    future = done.get()
    known = running.pop(future)
    return future.result(), known
