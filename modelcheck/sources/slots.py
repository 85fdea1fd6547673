"""How many requests are sent at a time, and what happens to those that are not answered for long."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Semaphore

SLOWEST = 2.0
_LEAST = 0.4
_TIMES = 8
"""A request that takes so many times as long as usual is slow, within these bounds in seconds."""
_MOST_SLOW = 6
"""Slow requests at a time, as a multiple of the others."""
_WEIGHT = 0.05
"""Of the newest answer in the share of quick ones, and in the time that one usually takes."""


class Slots:
    """At most ``count`` requests at a time, and besides them some that have waited for ``slow_after`` seconds.

    A Hub that never answers about one model in a hundred would otherwise hold all of a scan's requests for most of its time.
    While most answers are slow, because the Hub has too much to do, there are none besides: it is not asked for more.

    ``targets`` are worked on at a time. ``ahead`` is how many requests each of them may send for files before they are read: none
    where the targets by themselves fill the slots, since threads that only wait for one cost processor time.
    """

    def __init__(self, count: int, targets: int = 1) -> None:
        self._free = Semaphore(count)
        self._most = _MOST_SLOW * count
        self._lock = Lock()
        self._count = count
        self.ahead = max(0, count // targets - (targets > 1))
        self._sent = 0
        self._slow = 0
        self._pausing = 0
        self._quick = 1.0
        self._usual = SLOWEST / _TIMES

    @property
    def slow_after(self) -> float:
        """Seconds after which a request that is not answered lets another one be sent."""
        return min(max(_TIMES * self._usual, _LEAST), SLOWEST)

    @property
    def waiting(self) -> int:
        """The threads that wait for long: for a slow answer, or before they ask again."""
        return self._slow + self._pausing

    @property
    def free(self) -> int:
        """How many more requests could be sent now."""
        return self._count - self._sent

    @contextmanager
    def request(self) -> Iterator[Callable[[], None]]:
        """A slot for one request. What the block gets is to be called if it is not answered after ``slow_after`` seconds."""
        gone = False
        slow = False

        def hand_over() -> None:
            nonlocal gone, slow
            slow = True
            with self._lock:
                gone = self._slow < self._most and self._quick > 0.5
                self._slow += gone
                self._sent -= gone
            if gone:
                self._free.release()

        self._free.acquire()
        with self._lock:
            self._sent += 1
        start = time.monotonic()
        try:
            yield hand_over
        finally:
            with self._lock:
                if not slow:
                    self._usual += _WEIGHT * (time.monotonic() - start - self._usual)
                self._sent -= not gone
                self._quick += _WEIGHT * ((not slow) - self._quick)
                self._slow -= gone
            if not gone:
                self._free.release()

    @contextmanager
    def pause(self) -> Iterator[None]:
        """Counts the thread as waiting in the block."""
        with self._lock:
            self._pausing += 1
        try:
            yield
        finally:
            with self._lock:
                self._pausing -= 1
