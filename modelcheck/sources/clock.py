"""The time that the requests of one target may take together."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Clock:
    """Counts down from ``seconds`` while at least one request is under way: of requests at the same time, only once."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self._lock = Lock()
        self._running = 0
        self._since = 0.0

    @property
    def left(self) -> float:
        """The seconds that are left; below 0 if there are none."""
        with self._lock:
            return self._left - (time.monotonic() - self._since if self._running else 0)

    @contextmanager
    def running(self) -> Iterator[None]:
        """The time of the block counts."""
        with self._lock:
            if not self._running:
                self._since = time.monotonic()
            self._running += 1
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1
                if not self._running:
                    self._left -= time.monotonic() - self._since
