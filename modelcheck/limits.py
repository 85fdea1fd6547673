"""Limits what code may use that works on untrusted files: processor time, wherever it goes, nesting and memory.

A file can be made so that a reader or a rule takes minutes for it. A limit in each loop would be forgotten in the next one, so a
thread watches the processor time of the thread that works, and raises OutOfTime in it. That ends Python code; a single call into C
ends only when it returns.

Seconds are those of a usual machine: a slow one, or one whose processor others share, may take as many more as it needs, so that it
reads the same files as a fast one.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

from modelcheck.errors import Exceeded, OutOfTime

T = TypeVar("T")
_TICK = 0.1
"""Seconds between two looks at the clocks."""
_AGAIN = 0.5
"""Seconds after which OutOfTime is raised again: a destructor may have swallowed it."""
_PATIENCE = 4.0
"""The limit as a multiple where only the whole process's time can be read, in which other threads work, too."""
_USUAL = 0.001
"""Seconds of the work that ``pace`` measures, on a desktop machine of 2024 with CPython 3.11."""
_SLOWEST = 6.0

out_of_memory = threading.Event()
"""Set once something ran out of memory; a process with a limit of its own clears it before it works."""


@cache
def pace() -> float:
    """Return how many times as long as a usual machine this one takes for the same work, from 1 to 6. Measured once, in 10 ms."""
    taken = []
    for _ in range(5):
        begin = time.thread_time()
        sum(number * number for number in range(20_000))
        taken.append(time.thread_time() - begin)
    return min(max(sorted(taken)[2] / _USUAL, 1.0), _SLOWEST)


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Limit:
    """Processor time for one thing, which may be done in several calls of ``run``."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._left = seconds

    def run(self, work: Callable[[], T]) -> T:
        """Return what ``work`` returns. Raises Exceeded once the time is used up, for nesting that is too deep, and out of memory.

        Within ``work`` of another limit in the same thread, only that other limit counts.
        """
        if self._left <= 0:
            raise Exceeded(self._too_long)
        thread = threading.get_ident()
        watched = None if thread in _watched else _Watched(thread, self._left)
        try:
            try:
                if watched:
                    watched.begin()
                return work()
            finally:
                if watched:
                    watched.end()
        except OutOfTime:
            if watched is None:
                raise
            watched.end()  # it may have arrived in the call above
            raise Exceeded(self._too_long) from None
        except RecursionError:
            raise Exceeded("is nested too deeply") from None
        except MemoryError:
            out_of_memory.set()
            raise Exceeded("takes too much memory") from None
        finally:
            if watched:
                self._left = watched.left()

    @property
    def _too_long(self) -> str:
        return f"takes more than {self.seconds:g} s of processor time"


@contextmanager
def uncounted() -> Iterator[None]:
    """Does not count the time of the block: of what is prepared once for all files, and takes as long whatever a file contains."""
    watched = _watched.get(threading.get_ident())
    if watched is None:
        yield
        return
    watched.pause()
    try:
        yield
    finally:
        watched.resume()


class _Watched:
    """A thread, working under a limit. Its clock, which some systems take long to read, is read at a look only."""

    # Until the watcher looks, which it seldom does, these are all that is needed besides what __init__ sets.
    _clock: Callable[[], float] | None = None
    _patience = 1.0
    _end: float | None = None
    _raise_at = 0.0
    _raised = False
    _paused = (0.0, 0.0)

    def __init__(self, thread: int, seconds: float) -> None:
        self._thread = thread
        self._seconds = seconds
        self._begin = time.perf_counter()

    def begin(self) -> None:
        """Watch the thread."""
        with _lock:
            _watched[self._thread] = self
            if not _watcher:
                _watcher.append(threading.Thread(target=_look, daemon=True, name="modelcheck-limits"))
                _watcher[0].start()
            if not _some.is_set():  # the watcher clears it under the same lock; setting it again takes longer than most facts
                _some.set()

    def end(self) -> None:
        """Stop watching. What was raised and has not arrived yet never does."""
        with _lock:
            if _watched.pop(self._thread, None) and self._raised:
                _raise_in(self._thread, None)

    def pause(self) -> None:
        """Stop watching for a while."""
        self._paused = time.perf_counter(), self._clock() if self._clock else 0.0
        self.end()

    def resume(self) -> None:
        """Watch on, as if no time had passed."""
        at, clock = self._paused
        self._begin += time.perf_counter() - at
        if self._clock and self._end is not None:
            self._end += self._clock() - clock
            self._raise_at = self._end
        self._raised = False
        self.begin()

    def left(self) -> float:
        """Seconds that are left; those of the wall's clock count for work that ended before the first look."""
        if self._end is None or self._clock is None:
            return self._seconds - (time.perf_counter() - self._begin)
        return (self._end - self._clock()) / self._patience

    def look(self) -> None:
        """Raise OutOfTime in the thread if its time is used up."""
        if self._clock is None:
            self._clock, self._patience = _clock_of(self._thread)
            self._patience *= pace()
        now = self._clock()
        if self._end is None:
            self._end = self._raise_at = now + self._seconds * self._patience
        if now >= self._raise_at:
            self._raise_at = now + _AGAIN
            self._raised = True
            _raise_in(self._thread, OutOfTime)


_lock = threading.Lock()
_watched: dict[int, _Watched] = {}
_watcher: list[threading.Thread] = []
_some = threading.Event()


def _look() -> None:
    while True:
        _some.wait()
        time.sleep(_TICK)
        pace()  # not under the lock, which others wait for
        with _lock:
            for watched in _watched.values():
                watched.look()
            if not _watched:
                _some.clear()


def _clock_of(thread: int) -> tuple[Callable[[], float], float]:
    """A clock of the seconds that a thread works, and by how much it may be ahead of the processor time."""
    if hasattr(time, "pthread_getcpuclockid"):
        clock = time.pthread_getcpuclockid(thread)
        return lambda: time.clock_gettime(clock), 1.0
    return time.process_time, _PATIENCE  # not the wall's clock: a fact may wait for a server


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    import ctypes  # takes some milliseconds, which a file that is done in time need not spend

    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error) if error else None)
