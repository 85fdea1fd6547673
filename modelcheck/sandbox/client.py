"""Client of the worker process that renders templates: kills it after the time limit and starts another one."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

from modelcheck.sandbox import Problem

SECONDS = 2.0
"""CPU time that one template may use for all its conversations; an ordinary one takes a few milliseconds."""
_PATIENCE = 1.5
"""The wall-clock limit as a multiple of that: on a busy machine a harmless template must not time out."""
_START_SECONDS = 30.0
_KEPT = ("PATH", "PYTHONPATH", "PYTHONHOME", "SYSTEMROOT", "LANG", "LC_ALL", "TZ", "VIRTUAL_ENV")


class _Worker:
    def __init__(self) -> None:
        # -P: nothing is imported from the working folder, which is not trusted.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "modelcheck.sandbox.worker"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
            env={name: os.environ[name] for name in _KEPT if name in os.environ} | {"PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip
        self._answers: SimpleQueue[str] = SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()
        self._ready = False

    def _await(self) -> None:
        if not self._ready and self._next(_START_SECONDS) != "ready\n":
            raise RuntimeError("the process that renders templates did not start")
        self._ready = True

    def _listen(self) -> None:
        with suppress(ValueError, OSError):  # the pipe is closed when the worker is killed
            for line in self._process.stdout or ():
                self._answers.put(line)
        self._answers.put("")

    def _next(self, seconds: float) -> str | None:
        try:
            return self._answers.get(timeout=seconds)
        except Empty:
            return None

    def ask(self, request: Mapping[str, Any], seconds: float) -> dict[str, Any] | None:
        """The answer; None if the worker crashed or timed out, which ends it."""
        self._await()
        with suppress(OSError):
            assert self._process.stdin is not None  # noqa: S101 - opened above
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            answer = self._next(seconds)
            if answer:
                return dict(json.loads(answer))
        self.end()
        return None

    def end(self) -> None:
        """Kill the process and close its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if pipe:
                    pipe.close()


_lock = threading.Lock()
_worker: list[_Worker] = []


def prepare() -> None:
    """Start the worker, so that it is ready for the first template."""
    with _lock:
        if not _worker:
            _worker.append(_Worker())


def render(template: str, conversations: Sequence[Mapping[str, Any]]) -> list[str | Problem]:
    """Render each conversation (the variables of the template). Returns the text of each, or the problem."""
    return _render(template, conversations, inspect=False)[0]


def inspect(template: str, conversations: Sequence[Mapping[str, Any]] = ()) -> tuple[list[str | Problem], dict[str, Any] | Problem]:
    """As ``render``; also returns the result of ``inspection.inspect``, or the problem."""
    rendered, answer = _render(template, conversations, inspect=True)
    if answer is None:
        return rendered, _TOO_LONG
    if "rendered" not in answer:
        return rendered, Problem(answer["kind"], answer["message"], answer["line"])
    return rendered, answer["inspected"]


_TOO_LONG = Problem("time", f"does not finish within {SECONDS:g} seconds, or crashes the process that renders it")


def _render(
    template: str, conversations: Sequence[Mapping[str, Any]], *, inspect: bool
) -> tuple[list[str | Problem], dict[str, Any] | None]:
    request = {"template": template, "conversations": list(conversations), "seconds": SECONDS, "inspect": inspect}
    with _lock:
        if not _worker:
            _worker.append(_Worker())
        answer = _worker[0].ask(request, SECONDS * _PATIENCE)
        if answer is None:
            _worker.clear()
            return [_TOO_LONG] * len(conversations), None
    if "rendered" not in answer:
        return [Problem(answer["kind"], answer["message"], answer["line"])] * len(conversations), answer
    texts = [one["text"] if "text" in one else Problem(one["kind"], one["message"], one["line"]) for one in answer["rendered"]]
    return texts, answer


@atexit.register
def _end() -> None:
    for worker in _worker:
        worker.end()
    _worker.clear()
