"""Runs jobs, each in a process of its own, and keeps what they found, so that a comparison goes on where it was cut off."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from modelcheck.compare.jobs import Job
from modelcheck.probe.client import ENVIRONMENT, died
from modelcheck.records import mutable

_TICK = 0.1


@mutable
class Result:
    """What a job found, by key, the last line of a key counting; ``scores`` are the lines of a ``score`` job.

    ``problem`` is why it is not complete. What the process wrote to its error output is in a file beside, which ends in ``.log``.
    """

    found: dict[str, Any]
    scores: list[dict[str, Any]]
    problem: str | None = None

    @property
    def done(self) -> bool:
        """Whether the job came to its end."""
        return "done" in self.found


def run(job: Job, work: Path, name: str, deadline: float | None, tick: Callable[[], None]) -> Result:
    """Do a job unless its result is in ``work`` already. ``deadline`` is by ``time.monotonic``; ``tick`` is called meanwhile."""
    out = work / f"{name}-{job.digest}.jsonl"
    known = read(out)
    if known.done:
        return known
    out.unlink(missing_ok=True)
    problem = _process({"job": job.json(), "out": str(out)}, out.with_suffix(".log"), deadline, tick)
    found = read(out)
    if not found.done:
        found.problem = found.found.get("problem") or problem or "the process returned no result"
    return found


def read(out: Path) -> Result:
    """What a job has written so far; a line that was cut off does not count."""
    found: dict[str, Any] = {}
    scores = []
    with suppress(OSError), out.open(encoding="utf-8") as file:
        for line in file:
            with suppress(ValueError):
                data = json.loads(line)
                if isinstance(data, dict) and "row" in data:
                    scores.append(data)
                elif isinstance(data, dict):
                    found.update(data)
    return Result(found, scores)


def _process(request: dict[str, Any], log: Path, deadline: float | None, tick: Callable[[], None]) -> str | None:
    """Run the worker; returns why it was stopped or died."""
    with log.open("w", encoding="utf-8") as errors:
        # -P: nothing is imported from the working folder, which is not trusted.
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "modelcheck.compare.worker"],
            stdin=subprocess.PIPE, stdout=errors, stderr=errors, text=True, encoding="utf-8",
            env={**os.environ, **ENVIRONMENT, "HF_HUB_OFFLINE": "1"},
        )  # fmt: skip
        problem = None
        try:
            assert process.stdin is not None  # noqa: S101 - opened above
            with suppress(BrokenPipeError), process.stdin as pipe:
                pipe.write(json.dumps(request))
            while process.poll() is None:
                tick()
                if deadline is not None and time.monotonic() > deadline:
                    problem = "the time is over (--timeout)"
                    process.kill()
                time.sleep(_TICK)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
    if problem is None and process.returncode:
        problem = died(process.returncode)
    return problem
