"""Looks at the targets of a fleet in threads of this process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue
from threading import local

from modelcheck.engine.opening import Opener
from modelcheck.fleet.limited import Limited
from modelcheck.fleet.looking import Outcome, Plan, look_at
from modelcheck.fleet.store import Judged
from modelcheck.fleet.targets import Item
from modelcheck.registry import Registry
from modelcheck.sources.slots import Slots

BATCH = 64
"""Targets that share what was read of parents and siblings. After them it is dropped, so that memory does not grow."""

_MOST_WAITING = 4
"""Targets at a time, those that wait for long included, as a multiple of the others."""
_SOON = 0.5
"""Seconds."""


def in_threads(
    waiting: Iterable[tuple[Item, Judged | None]], registry: Registry, opener: Opener, plan: Plan
) -> Iterator[tuple[Outcome, Judged | None]]:
    """The outcomes as they come. A target that waits for long, for an answer or to ask again, makes room for another one."""
    done: SimpleQueue[Future[Outcome]] = SimpleQueue()  # concurrent.futures.wait visits all that run, for each that ends
    running: dict[Future[Outcome], Judged | None] = {}
    slots = Slots(plan.jobs, targets=2 * plan.jobs)
    limited = _LimitedThreads(plan) if plan.limited else None
    # More threads than requests at a time: while one evaluates a response, another can send its request.
    usual = plan.jobs + plan.jobs // 2
    with ThreadPoolExecutor(usual if limited else _MOST_WAITING * usual) as pool:
        try:
            for number, (item, known) in enumerate(waiting):
                if number % BATCH == 0:
                    shared = plan.shared(registry, opener, slots)
                future = pool.submit(limited.look_at, item, known) if limited else pool.submit(look_at, item, known, shared, plan)
                running[future] = known
                future.add_done_callback(done.put)
                while len(running) >= min(2 * plan.jobs + slots.waiting, _MOST_WAITING * usual):
                    yield from _next(done, running)
            while running:
                yield from _next(done, running)
        finally:
            for future in running:
                future.cancel()
            if limited:
                limited.close()


def _next(
    done: SimpleQueue[Future[Outcome]], running: dict[Future[Outcome], Judged | None]
) -> Iterator[tuple[Outcome, Judged | None]]:
    """The next outcome; none if it does not come soon: meanwhile others may have begun to wait for long."""
    try:
        future = done.get(timeout=_SOON)
    except Empty:
        return
    known = running.pop(future)
    yield future.result(), known


class _LimitedThreads:
    """For each thread a process in which it looks at targets."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._of_thread = local()
        self._all: list[Limited] = []

    def look_at(self, item: Item, known: Judged | None) -> Outcome:
        if not hasattr(self._of_thread, "process"):
            self._of_thread.process = Limited(self._plan)
            self._all.append(self._of_thread.process)
        found = self._of_thread.process.look(item, known, "all")
        assert isinstance(found, Outcome)  # noqa: S101 - the only step has an outcome
        return found

    def close(self) -> None:
        for one in self._all:
            one.close()
