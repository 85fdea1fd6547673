"""What ``modelcheck fleet scan`` shows while it works."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from modelcheck.commands.output import say
from modelcheck.fleet.scanning import Tally

_LOG_SECONDS = 30.0


@contextmanager
def fleet_progress(count: int, *, quiet: bool) -> Iterator[Callable[[Tally], None]]:
    """A bar on a terminal; in a log a line every 30 seconds."""
    if quiet:
        yield lambda _: None
        return
    start = last = time.monotonic()
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=count)
            yield lambda tally: bar.update(task, completed=tally.done, description=counts(tally))
        return

    def log(tally: Tally) -> None:
        nonlocal last
        passed = time.monotonic() - start
        if time.monotonic() - last >= _LOG_SECONDS:
            last = time.monotonic()
            rate = tally.done / passed
            left = f"{rate:.1f} a second, {(count - tally.done) / rate:.0f} s left"
            say(f"{tally.done} of {count}, {left}; {counts(tally)}", error=True)

    yield log


def counts(tally: Tally) -> str:
    """What a scan has done so far, in words."""
    failed = ", ".join(f"{count} {kind}" for kind, count in sorted(tally.failed.items()))
    return f"{tally.judged} judged, {tally.unchanged} unchanged{f', failed: {failed}' if failed else ''}"
