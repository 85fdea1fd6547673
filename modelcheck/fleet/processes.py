"""Looks at the targets of a fleet in several processes of this machine, each with threads: Python runs one thread at a time."""

from __future__ import annotations

import json
import subprocess
from collections import deque
from collections.abc import Iterator
from itertools import count
from queue import SimpleQueue
from threading import Lock, Thread

from modelcheck.fleet.limited import Limited, end, kill, received, send, start
from modelcheck.fleet.looking import Need, Outcome, Plan
from modelcheck.fleet.scanning import Waiting
from modelcheck.fleet.store import Judged
from modelcheck.fleet.targets import Item
from modelcheck.limits import processors
from modelcheck.records import replace

WORKER = "modelcheck.fleet.threaded_worker"
Done = tuple[Outcome, Judged | None]
_WORTH_A_PROCESS = 100
"""Targets: a process takes as long to start as it needs for some fifty of them."""
_JOBS = 4
"""Requests at a time of one process, at the least."""
_TOGETHER = 16
"""Neighbours in the list that one process looks at: a base model and its sibling often are, and are then fetched once."""


def processes_for(plan: Plan, targets: int) -> int:
    """How many processes are worth while for so many targets; 1 for none besides this one."""
    if plan.limited or plan.probes:  # each target, or its model, has a process of its own
        return 1
    by_jobs = plan.jobs if plan.settings.offline else plan.jobs // _JOBS
    return max(1, min(processors(), by_jobs, targets // _WORTH_A_PROCESS))


def in_processes(waiting: Waiting, plan: Plan, processes: int) -> Iterator[Done]:
    """The outcomes as they come. Where a process dies, each target that it had is looked at once more, alone."""
    done: SimpleQueue[Done | None] = SimpleQueue()
    left = _Left(waiting)
    shares = [plan.jobs // processes + (number < plan.jobs % processes) for number in range(processes)]
    workers = [_Worker(replace(plan, jobs=share), left, done) for share in shares]
    for worker in workers:
        worker.thread.start()
    running = processes
    try:
        while running:
            found = done.get()
            if found is None:
                running -= 1
            else:
                yield found
        while more := left.take():
            yield from ((_not_started(item), known) for item, known in more)
    finally:
        left.clear()
        for worker in workers:
            worker.close()


class _Left:
    """The targets that no process has yet."""

    def __init__(self, waiting: Waiting) -> None:
        self._waiting = deque(waiting)
        self._lock = Lock()

    def take(self) -> list[tuple[Item, Judged | None]]:
        with self._lock:
            return [self._waiting.popleft() for _ in range(min(_TOGETHER, len(self._waiting)))]

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()


class _Worker:
    """One process, and the thread that hands targets to it and takes what became of them. Puts None once it has ended."""

    def __init__(self, plan: Plan, left: _Left, done: SimpleQueue[Done | None]) -> None:
        self._plan = plan
        self._left = left
        self._done = done
        self._given: dict[int, tuple[Item, Judged | None]] = {}
        self._numbers = count()
        self._process: subprocess.Popen[bytes] | None = None
        self._alone: Limited | None = None
        self._closed = False
        self.thread = Thread(target=self._run, daemon=True, name="modelcheck-fleet")

    def close(self) -> None:
        """End the process and what it has started; the thread ends with it."""
        self._closed = True
        if self._process is not None:
            kill(self._process)
        if self._alone is not None:
            self._alone.close()
        self.thread.join()

    def _run(self) -> None:
        try:
            while not self._closed and self._work():
                self._one_by_one()
        except OSError:
            for item, known in self._given.values():
                self._done.put((_not_started(item), known))
        finally:
            self._done.put(None)

    def _work(self) -> bool:
        """Whether the process died before it had done all that there was to do."""
        self._process = process = start(WORKER, self._plan)
        told = False
        for line in process.stdout or ():
            if not line.endswith(b"\n"):  # it died while it wrote
                break
            answer = json.loads(line)
            if answer is None:
                more = self._more()
                told = not more
                send(process, more)
                continue
            number, found = answer
            item, known = self._given.pop(number)
            self._put(received(item, found), known)
        end(process)
        if not told and not self._given:  # it did not even start
            self._more()
        return bool(self._given)

    def _more(self) -> list[tuple[int, Item, Judged | None]]:
        """The next targets for the process; none if there are no more."""
        more = {next(self._numbers): one for one in self._left.take()}
        self._given |= more
        return [(number, *one) for number, one in more.items()]

    def _put(self, outcome: Outcome | Need, known: Judged | None) -> None:
        assert isinstance(outcome, Outcome)  # noqa: S101 - the only step has an outcome
        self._done.put((outcome, known))

    def _one_by_one(self) -> None:
        """Look at each target that a dead process had in a process of its own: so it is known which one it does not survive."""
        self._alone = Limited(self._plan)
        try:
            for number, (item, known) in list(self._given.items()):
                if self._closed:
                    return
                found = self._alone.look(item, known, "all")
                del self._given[number]
                self._put(found, known)
        finally:
            self._alone.close()


def _not_started(item: Item) -> Outcome:
    return Outcome(item, failure=("crash", "no process for it could be started"))
