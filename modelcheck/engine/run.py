"""One run: many targets, some at a time, reported in order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence

from modelcheck.config import Settings
from modelcheck.engine.opening import Opener
from modelcheck.engine.shared import Shared
from modelcheck.engine.target import TargetRun
from modelcheck.registry import Registry
from modelcheck.report import CheckpointReport, Report
from modelcheck.sources.slots import Slots
from modelcheck.sources.target import without_password

Ended = Callable[[str, Report], None]


class Run:
    """Scans targets, the files of a large one in at most so many ``processes``."""

    def __init__(self, registry: Registry, opener: Opener, settings: Settings, jobs: int = 1, processes: int = 1) -> None:
        self.shared = Shared(registry, opener, settings, jobs, processes=processes)
        self._jobs = jobs

    def scan(self, targets: Iterable[str], *, ended: Ended | None = None) -> Report:
        """Scan every target, some at a time. The report has them in order; ``ended`` is called with each as it ends.

        An error of one target is reported, and the others go on. Ctrl-C ends the run with the targets that are done.
        """
        texts = list(targets)
        done: dict[int, Report] = {}
        interrupted = False
        try:
            for index, report in self._each(texts):
                done[index] = report
                if ended:
                    ended(without_password(texts[index]), report)
        except KeyboardInterrupt:
            interrupted = True
        whole = Report(interrupted=interrupted, unreachable=self.shared.access.unreachable)
        for index in sorted(done):
            whole.extend(done[index])
        # A file may have named a checkpoint before it was judged as a target, for which it is judged in full.
        judged = {_identity(one) for one in whole.checkpoints if one.asked}
        whole.checkpoints = [one for one in whole.checkpoints if one.asked or _identity(one) not in judged]
        return whole

    def _each(self, texts: Sequence[str]) -> Iterable[tuple[int, Report]]:
        if self._jobs <= 1 or len(texts) <= 1:
            yield from ((index, TargetRun(self.shared).work(text)) for index, text in enumerate(texts))
            return
        from queue import SimpleQueue  # it takes 2 ms to import, which a hook need not spend

        waiting: SimpleQueue[int | None] = SimpleQueue()
        ready: SimpleQueue[tuple[int, Report]] = SimpleQueue()
        # More threads than concurrent requests: while one thread evaluates a response, another can send its request.
        threads = min(self._jobs + self._jobs // 2, len(texts))
        self.shared.access.slots = Slots(self._jobs, threads)
        for index in (*range(len(texts)), *[None] * threads):
            waiting.put(index)

        def work() -> None:
            for index in iter(waiting.get, None):
                ready.put((index, TargetRun(self.shared).work(texts[index])))

        for _ in range(threads):
            threading.Thread(target=work, daemon=True).start()  # a daemon, so that Ctrl-C does not wait for a response
        for _ in texts:
            yield ready.get()


def _identity(checkpoint: CheckpointReport) -> tuple[str, str, str | None]:
    return checkpoint.target, checkpoint.source, checkpoint.revision
