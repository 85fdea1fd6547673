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
from pathlib import Path
from typing import IO, Any

from modelcheck.probe.borrowed import borrowed_folder, in_cache, link_known
from modelcheck.probe.messages import Answer, Place, Request, Run, Scores, Written
from modelcheck.probe.parent import STARTED_BY
from modelcheck.records import replace

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


def ask(request: Request, seconds: float, only_read: Path | None = None) -> Answer:
    """Run the model; one at a time, however many threads call. Results from before a failure or timeout are kept.

    What has to be fetched stays in the Hub's cache; if the cache's folder is given as ``only_read``, it is removed again.
    """
    with _one_at_a_time:
        end = time.monotonic() + seconds
        away = [place for place in (request.place, request.adapter) if place and place.repo]
        failed = _no_room(request, seconds) if away else None  # before anything is fetched
        if failed:
            return Answer(problem=failed[0], details=failed[1])
        if only_read is None or in_cache(away, only_read):
            return _fetch_and_run(request, end, seconds, None)
        try:
            with borrowed_folder(only_read) as folder:
                return _fetch_and_run(_linked(request, folder, only_read), end, seconds, folder)
        except OSError as error:
            return Answer(problem=f"there is no room for its weights in the Hub's cache: {error}")


def _linked(request: Request, folder: Path, cache: Path) -> Request:
    """The request with places in ``folder``, which links to the files that the cache has; the others are still to be fetched."""

    def linked(place: Place, below: Path) -> Place:
        below.mkdir()
        return replace(link_known(place, below, cache), folder=str(below)) if place.repo else place

    adapter = linked(request.adapter, folder / "adapter") if request.adapter else None
    return replace(request, place=linked(request.place, folder / "model"), adapter=adapter)


def _fetch_and_run(request: Request, end: float, seconds: float, folder: Path | None) -> Answer:
    """Run the model when its files are here: in the Hub's cache, or in ``folder``, which ends with this process."""
    for place in (request.place, request.adapter):
        failed = fetch(place, end - time.monotonic(), seconds) if place and place.repo and place.files else None
        if failed:
            return Answer(problem=failed[0], details=failed[1])
    sent = request.json() | {"removed": str(folder) if folder else None}
    lines, problem, details = _work("worker", sent, end - time.monotonic(), seconds, {"HF_HUB_OFFLINE": "1"})
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
    """Fetch the files of a model into the place's folder, or else the Hub's cache; returns the reason of a failure.

    Progress is shown on a terminal only.
    """
    bars = {} if sys.stderr.isatty() else {"HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    removed = str(Path(place.folder).parent) if place.folder else None
    request = {
        "repo": place.repo, "revision": place.revision, "files": place.files, "folder": place.folder, "removed": removed,
    }  # fmt: skip
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
            env={**_PATIENT, **os.environ, **_QUIET, **environment, STARTED_BY: str(os.getpid())}
            if not shown else {**os.environ, "PYTHONIOENCODING": "utf-8", STARTED_BY: str(os.getpid())},
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
    if "next" in line:
        answer.next = line["next"]
    if "run" in line:
        answer.run = Run(**line["run"])


@atexit.register
def _end() -> None:
    for process in _running:
        process.kill()
