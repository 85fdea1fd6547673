"""What ``modelcheck fleet scan`` shows while it works."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

from modelcheck.commands.output import say
from modelcheck.fleet.scanning import Tally

_LOG_SECONDS = 30.0


@contextmanager
def fleet_progress(count: int, *, quiet: bool) -> Iterator[Callable[[Tally], None]]:
    """A bar on a terminal; in a log a line every 30 seconds, also while nothing ends."""
    if quiet:
        yield lambda _: None
        return
    start = time.monotonic()
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=count)

            def show(tally: Tally) -> None:
                bar.update(task, completed=tally.done, description=f"{pace(tally, time.monotonic() - start)} · {counts(tally)}")

            yield show
        return
    latest = Tally()
    over = Event()

    def show_latest(tally: Tally) -> None:
        nonlocal latest
        latest = tally

    def log() -> None:
        while not over.wait(_LOG_SECONDS):
            say(line(latest, count, time.monotonic() - start), error=True)

    logging = Thread(target=log, daemon=True)
    logging.start()
    try:
        yield show_latest
    finally:
        over.set()
        logging.join()


def line(tally: Tally, count: int, passed: float) -> str:
    """What a log shows after ``passed`` seconds: progress, throughput, the time that is left, errors by kind."""
    left = (count - tally.done) * passed / tally.done if tally.done else None
    time_left = f"about {timedelta(seconds=round(left))} left" if left is not None else "none is done yet"
    return f"{tally.done} of {count} after {timedelta(seconds=round(passed))}, {pace(tally, passed)}, {time_left}; {counts(tally)}"


def pace(tally: Tally, passed: float) -> str:
    """Targets a second, or a minute where they are slow."""
    rate = tally.done / max(passed, 0.001)
    return f"{rate:.1f}/s" if rate >= 1 else f"{60 * rate:.1f}/min"


def counts(tally: Tally) -> str:
    """What a scan has done so far, in words."""
    retried = f", {tally.retried} after a retry" if tally.retried else ""
    failed = ", ".join(f"{count} {kind}" for kind, count in sorted(tally.failed.items()))
    return f"{tally.judged} judged{retried}, {tally.unchanged} unchanged{f', failed: {failed}' if failed else ''}"
