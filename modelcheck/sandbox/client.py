"""Asks the worker process to render, ends it when it takes too long, and starts another one then."""

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
"""Of the worker's own time, what one template may take for all its conversations; an ordinary one takes a few milliseconds."""
_PATIENCE = 1.5
"""Times as long is waited for it by the clock: on a busy machine an innocent template must not look endless."""
_START_SECONDS = 30.0
_KEPT = ("PATH", "PYTHONPATH", "PYTHONHOME", "SYSTEMROOT", "LANG", "LC_ALL", "TZ", "VIRTUAL_ENV")


class _Worker:
    def __init__(self) -> None:
        # -P: the folder that modelcheck is run in belongs to strangers, and nothing is imported from it.
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
        with suppress(ValueError, OSError):  # the pipe is closed when the worker is ended
            for line in self._process.stdout or ():
                self._answers.put(line)
        self._answers.put("")

    def _next(self, seconds: float) -> str | None:
        try:
            return self._answers.get(timeout=seconds)
        except Empty:
            return None

    def ask(self, request: Mapping[str, Any], seconds: float) -> dict[str, Any] | None:
        """The answer; None where the worker died or did not finish, and is no longer there."""
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
        """End the process and let go of its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if pipe:
                    pipe.close()


_lock = threading.Lock()
_worker: list[_Worker] = []


def prepare() -> None:
    """Start the worker, so that it is ready by the time the first template is."""
    with _lock:
        if not _worker:
            _worker.append(_Worker())


def render(template: str, conversations: Sequence[Mapping[str, Any]]) -> list[str | Problem]:
    """Render each conversation (the variables that the template sees): its text, or why there is none."""
    return _render(template, conversations, inspect=False)[0]


def inspect(template: str, conversations: Sequence[Mapping[str, Any]] = ()) -> tuple[list[str | Problem], dict[str, Any] | Problem]:
    """As ``render``, and what the template's code does, as ``inspection.inspect`` gives it, or why that is not known."""
    rendered, answer = _render(template, conversations, inspect=True)
    if answer is None:
        return rendered, _TOO_LONG
    if "rendered" not in answer:
        return rendered, Problem(answer["kind"], answer["message"], answer["line"])
    return rendered, answer["inspected"]


_TOO_LONG = Problem("time", f"does not finish within {SECONDS:g} seconds, or ends the process that renders it")


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
