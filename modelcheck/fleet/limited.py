"""Looks at targets in a process of its own that is killed when one takes too long or too much memory. The others go on."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from typing import Any

from modelcheck.fleet.looking import Need, Outcome, Plan, Step, look
from modelcheck.fleet.store import Judged
from modelcheck.fleet.targets import Item
from modelcheck.plugins import Plugins
from modelcheck.probe.parent import STARTED_BY

_KILLED = (-9, 137)


class Limited:
    """A process that looks at one target after the other, started again after it was killed. For one thread."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._process: subprocess.Popen[bytes] | None = None

    def look(self, item: Item, known: Judged | None, step: Step) -> Outcome | Need:
        """What became of the item, or the failure that it took too long (``timeout``) or too much memory (``memory``)."""
        process = self._started()
        late = threading.Event()

        def stop() -> None:
            late.set()
            kill(process)

        timer = threading.Timer(self._plan.seconds or threading.TIMEOUT_MAX, stop)
        timer.daemon = True
        timer.start()
        try:
            send(process, (item, known, step))
            line = process.stdout.readline() if process.stdout else b""
        finally:
            timer.cancel()
        if line.endswith(b"\n"):
            return received(item, json.loads(line))
        self.close()
        code = process.returncode
        if late.is_set():
            return Outcome(item, failure=("timeout", f"it took longer than {self._plan.seconds:g} seconds (--target-timeout)"))
        if code in _KILLED:
            return Outcome(item, failure=("memory", "its process was killed by the system, probably for lack of memory"))
        limit = self._plan.bytes
        perhaps = f", perhaps for lack of memory: it has {limit / 1e9:g} GB (--target-memory)" if limit else ""
        return Outcome(item, failure=("crash", f"its process ended with {code}{perhaps}"))

    def close(self) -> None:
        """End the process, and all that it has started."""
        process, self._process = self._process, None
        if process is not None:
            end(process)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = start("modelcheck.fleet.worker", self._plan)
        return self._process


def start(module: str, plan: Plan) -> subprocess.Popen[bytes]:
    """A process that runs a module, which gets the plan; it ends with this one."""
    # -P: nothing is imported from the working folder, which is not trusted.
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        start_new_session=True, env={**os.environ, STARTED_BY: str(os.getpid())},
    )  # fmt: skip
    send(process, plan)
    return process


def send(process: subprocess.Popen[bytes], what: object) -> None:
    """Pickle a value to a process. One that has ended gets nothing, which reading its answer shows."""
    with suppress(OSError):
        if process.stdin:
            pickle.dump(what, process.stdin)
            process.stdin.flush()


def received(item: Item, data: dict[str, Any]) -> Outcome | Need:
    """What ``worker.sent`` wrote of what became of an item."""
    if "need" in data:
        return Need(data["need"])
    failure = tuple(data["failure"]) if data["failure"] else None
    return Outcome(item, **{**data, "uses": tuple(data["uses"]), "failure": failure})


def kill(process: subprocess.Popen[bytes]) -> None:
    """Stop a process and all that it has started."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)  # a model that it runs, too
        else:
            process.kill()


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it has started, and wait for it."""
    kill(process)
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):  # what was not sent cannot be
            if pipe:
                pipe.close()


_own: list[Limited] = []


def look_within(item: Item, known: Judged | None, plan: Plan, step: Step, plugins: Plugins) -> Outcome | Need:
    """Look at a target on a worker of Ray: here, or within the limits of the plan in a process that the worker keeps."""
    if not plan.limited:
        return look(item, known, plan.shared(plugins.registry, plugins), plan, step)
    if not _own:  # a worker belongs to one scan, which has one plan
        _own.append(Limited(plan))
    return _own[0].look(item, known, step)
