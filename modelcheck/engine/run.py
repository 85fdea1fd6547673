"""One run: many targets, some at a time, reported in order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from queue import SimpleQueue

from modelcheck.config import Settings
from modelcheck.engine.shared import Opener, Shared
from modelcheck.engine.target import TargetRun
from modelcheck.registry import Registry
from modelcheck.report import Report

Ended = Callable[[str, Report], None]


class Run:
    """Works through targets."""

    def __init__(self, registry: Registry, opener: Opener, settings: Settings) -> None:
        self.shared = Shared(registry, opener, settings)

    def scan(self, targets: Iterable[str], *, jobs: int = 1, ended: Ended | None = None) -> Report:
        """Look at every target, ``jobs`` at a time; the report has them in order, ``ended`` hears of each as it ends.

        What goes wrong with one target is reported and the others go on. Ctrl-C ends with what was done.
        """
        texts = list(targets)
        done: dict[int, Report] = {}
        interrupted = False
        try:
            for index, report in self._each(texts, jobs):
                done[index] = report
                if ended:
                    ended(texts[index], report)
        except KeyboardInterrupt:
            interrupted = True
        whole = Report(interrupted=interrupted)
        for index in sorted(done):
            whole.extend(done[index])
        return whole

    def _each(self, texts: Sequence[str], jobs: int) -> Iterable[tuple[int, Report]]:
        if jobs <= 1 or len(texts) == 1:
            yield from ((index, TargetRun(self.shared).work(text)) for index, text in enumerate(texts))
            return
        waiting: SimpleQueue[int | None] = SimpleQueue()
        ready: SimpleQueue[tuple[int, Report]] = SimpleQueue()
        for index in (*range(len(texts)), *[None] * jobs):
            waiting.put(index)

        def work() -> None:
            for index in iter(waiting.get, None):
                ready.put((index, TargetRun(self.shared).work(texts[index])))

        for _ in range(min(jobs, len(texts))):
            threading.Thread(target=work, daemon=True).start()  # a daemon, so that Ctrl-C need not wait for an answer
        for _ in texts:
            yield ready.get()
