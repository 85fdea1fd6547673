"""Ties a worker process to the process that started it, which may be killed without a chance to end its workers."""

from __future__ import annotations

import os
import shutil
import threading
import time

_SECONDS = 1.0
STARTED_BY = "_MODELCHECK_STARTED_BY"
"""The environment variable with the id of the process that starts a worker."""


def end_with_parent(remove: str | None = None) -> None:
    """End this process soon after its parent has ended, however that ended; ``remove`` is a folder that ends with both."""
    parent = int(os.environ.get(STARTED_BY) or os.getppid())  # which may have ended already

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_SECONDS)
        if remove:
            shutil.rmtree(remove, ignore_errors=True)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
