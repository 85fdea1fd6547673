"""Files that are fetched before they are read, some at a time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread

from modelcheck.sources.slots import Slots


class Coming:
    """The files of one checkpoint that are being fetched, in threads: as many as there are slots, and none while all are taken.

    The threads are daemons: Ctrl-C does not wait for an answer.
    """

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._lock = Lock()
        self._threads = 0
        self._waiting: dict[str, Callable[[], bytes]] = {}
        self._sent: dict[str, Future[bytes]] = {}

    def start(self, path: str, work: Callable[[], bytes]) -> None:
        """Fetch a file by ``work``, unless that is under way."""
        with self._lock:
            if path in self._waiting or path in self._sent:
                return
            self._waiting[path] = work
            more = self._threads < self._slots.ahead and self._slots.free > 0
            self._threads += more
        if more:
            Thread(target=self._run, daemon=True).start()

    def take(self, path: str) -> bytes | None:
        """Wait for a file, and forget it; None for one that no thread has begun to fetch. Raises what ``work`` raised."""
        with self._lock:
            self._waiting.pop(path, None)
            sent = self._sent.get(path)
        if sent is None:
            return None
        try:
            return sent.result()
        finally:
            with self._lock:
                self._sent.pop(path, None)

    def _run(self) -> None:
        """Fetch what waits, until nothing does."""
        while True:
            with self._lock:
                if not self._waiting:
                    self._threads -= 1
                    return
                path = next(iter(self._waiting))
                work = self._waiting.pop(path)
                sent = self._sent[path] = Future[bytes]()
            try:
                sent.set_result(work())
            except BaseException as error:  # noqa: BLE001 - whatever it is, who reads the file is not to wait for ever
                sent.set_exception(error)
