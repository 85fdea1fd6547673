"""Starts the process that runs a model, collects its results, and kills it after the time limit."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, Any

from modelcheck.probe.messages import Answer, Place, Request, Run, Scores, Written

_one_at_a_time = threading.Lock()
_running: list[subprocess.Popen[str]] = []
_TAIL = 4000
_KILLED = (-9, 137)
# No progress bars in a process whose output is parsed; the files to load are already local.
_QUIET = {
    "HF_HUB_DISABLE_PROGRESS_BARS": "1", "TRANSFORMERS_VERBOSITY": "error", "TOKENIZERS_PARALLELISM": "false",
    "PYTHONIOENCODING": "utf-8", "HF_HUB_DISABLE_TELEMETRY": "1",
}  # fmt: skip
# Threads of torch that wait for each other give up the processor: spinning ones take ten times as long where others work, too.
_PATIENT = {"OMP_WAIT_POLICY": "passive"}


ENVIRONMENT = {**_PATIENT, **_QUIET}
"""What a process that runs models needs, unless the user has set it."""


def ask(request: Request, seconds: float) -> Answer:
    """Run the model; one at a time, however many threads call. Results from before a failure or timeout are kept."""
    with _one_at_a_time:
        end = time.monotonic() + seconds
        away = [place for place in (request.place, request.adapter) if place and place.repo]
        failed = _no_room(request, seconds) if away else None  # before anything is fetched
        for place in away:
            failed = failed or fetch(place, end - time.monotonic(), seconds)
        if failed:
            return Answer(problem=failed[0], details=failed[1])
        lines, problem, details = _work("worker", request.json(), end - time.monotonic(), seconds, {"HF_HUB_OFFLINE": "1"})
    answer = Answer(problem=problem, details=details)
    for line in lines:
        _take(line, answer)
    return answer


def _no_room(request: Request, seconds: float) -> tuple[str, str] | None:
    """The reason why a model does not fit into memory, None if it does."""
    lines, problem, details = _work("worker", {**request.json(), "only_room": True}, seconds, seconds, {})
    said = next((line["problem"] for line in lines if "problem" in line), problem)
    return (said, details) if said else None


def fetch(place: Place, left: float, seconds: float) -> tuple[str, str] | None:
    """Fetch the files of a model into the Hub's cache; returns the reason of a failure. Progress is shown on a terminal only."""
    bars = {} if sys.stderr.isatty() else {"HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    request = {"repo": place.repo, "revision": place.revision, "files": place.files}
    lines, problem, details = _work("fetch", request, left, seconds, bars, shown=sys.stderr.isatty())
    said = next((line["problem"] for line in lines if "problem" in line), problem)
    return (said, details) if said else None


def _work(
    module: str, request: Mapping[str, Any], left: float, seconds: float, environment: Mapping[str, str], *, shown: bool = False
) -> tuple[list[dict[str, Any]], str | None, str]:
    """The lines that a worker process returned, the reason why it stopped early, and the end of its error output."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        # -P: nothing is imported from the working folder, which is not trusted.
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", f"modelcheck.probe.{module}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=None if shown else errors, text=True, encoding="utf-8",
            env={**_PATIENT, **os.environ, **_QUIET, **environment} if not shown else {**os.environ, "PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip
        _running.append(process)
        problem = None
        try:
            out, _ = process.communicate(json.dumps(request), timeout=max(left, 0.1))
        except subprocess.TimeoutExpired:
            process.kill()
            out, _ = process.communicate()
            problem = f"it took longer than {seconds:g} seconds (--probe-timeout)"
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            _running.remove(process)
        details = _tail(errors)
    lines = list(_lines(out))
    if problem is None and process.returncode:
        problem = died(process.returncode)
    return lines, problem, details


def died(code: int) -> str:
    """Why a process that ran a model ended with this exit code."""
    if code in _KILLED:
        return "the process that ran it was killed by the system, probably for lack of memory"
    return f"the process that ran the model exited with {code}"


def _tail(file: IO[str]) -> str:
    with suppress(OSError):
        file.seek(0)
        return file.read()[-_TAIL:]
    return ""


def _lines(text: str) -> Any:
    for line in text.splitlines():
        with suppress(ValueError):  # a line that was cut when the process ended
            data = json.loads(line)
            if isinstance(data, dict):
                yield data


def _take(line: Mapping[str, Any], answer: Answer) -> None:
    """Add one line from the process to the answer."""
    if "problem" in line:
        answer.problem = line["problem"]
    if "unfit" in line:
        answer.unfit = tuple(line["unfit"])
    if "scores" in line:
        scores: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in line["scores"].items()}
        answer.scores = Scores(**scores)
    if "plain" in line:
        answer.plain = tuple(Written(**one) for one in line["plain"])
    if "in_format" in line:
        answer.in_format = tuple(Written(**one) for one in line["in_format"])
    if "run" in line:
        answer.run = Run(**line["run"])


@atexit.register
def _end() -> None:
    for process in _running:
        process.kill()
