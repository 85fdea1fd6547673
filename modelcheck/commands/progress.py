"""A progress bar for a scan of many targets."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(count: int) -> Iterator[Callable[[str], None]]:
    """Yields a function to call with the name of each finished target, out of ``count``.

    The bar is drawn on standard error, and only for more than one target and where both outputs are terminals.
    """
    if count < 2 or not (sys.stderr.isatty() and sys.stdout.isatty()):
        yield lambda name: None  # noqa: ARG005 - there is no bar to update
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress

    from modelcheck.printable import one_line

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("scanned", total=count)
        yield lambda name: bar.update(task, advance=1, description=escape(one_line(name[:40])))
