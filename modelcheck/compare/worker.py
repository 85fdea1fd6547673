"""The process that loads a start, scores it, trains it. Reads one job, appends what it finds to a file, one JSON object a line.

The last line of a job that is done is ``{"done": true}``; ``{"problem": str}`` says why one is not.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from modelcheck.compare.jobs import Job, Rows
from modelcheck.probe import Refusal
from modelcheck.probe.messages import Request
from modelcheck.probe.parent import end_with_parent
from modelcheck.probe.worker import bound_memory, reason


def main() -> None:
    """Do one job."""
    end_with_parent()
    request = json.load(sys.stdin)
    os.dup2(2, 1)  # whatever libraries print is no result
    job, out = Job.from_json(request["job"]), Path(request["out"])
    with out.open("a", encoding="utf-8") as file:

        def tell(line: dict[str, Any]) -> None:
            file.write(json.dumps(line) + "\n")
            file.flush()

        try:
            bound_memory(_request(job))
            work(job, tell)
            tell({"done": True})
        except Exception as error:  # noqa: BLE001 - process boundary: any error of the libraries is reported
            import traceback

            traceback.print_exc()
            tell({"problem": str(error) if isinstance(error, Refusal) else reason(error)})


def work(job: Job, tell: Callable[[dict[str, Any]], None]) -> None:
    """Load the start and do the job; ``tell`` is called with each line. Raises Refusal, and anything that the libraries raise."""
    request = _request(job)
    try:
        from modelcheck.probe.loading import load

        start = time.perf_counter()
        loaded = load(request)
    except ImportError as error:
        raise Refusal(f"it needs {error.name or error}: pip install 'modelcheck[compare]'") from error
    if loaded.device.type == "cpu":
        loaded.model = loaded.model.float()  # half precision is slow there, and training in it is worse
    rows = Rows(**json.loads(Path(job.rows).read_text("utf-8")))
    tell({"run": {"device": str(loaded.device), "parameters": loaded.parameters, "load": round(time.perf_counter() - start, 3)}})
    start = time.perf_counter()
    if job.kind == "score":
        from modelcheck.compare.measuring import scores

        lines = scores(loaded, rows, job.length, special=job.special)
    else:
        from modelcheck.compare.training import graft, train

        lines = train(loaded, job, rows) if job.kind == "train" else graft(loaded, job, rows)
    for line in lines:
        tell(line)
    tell({"seconds": round(time.perf_counter() - start, 3), "memory": _memory()})


def _request(job: Job) -> Request:
    return Request(job.place, job.adapter, (), (), job.stops, job.memory, job.length, job.device, job.max_bytes, job.remote_code)


def _memory() -> int:
    """The most bytes of memory that this process has used."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
