"""Ties a worker process to the process that started it, which may be killed without a chance to end its workers."""

from __future__ import annotations

import os
import threading
import time

_SECONDS = 1.0


def end_with_parent() -> None:
    """End this process soon after its parent has ended, however that ended."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
