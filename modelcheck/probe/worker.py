"""The process that loads a model and measures it. Started by ``client``; reads one request, writes one line per stage.

Lines: ``{"run": …}``, ``{"unfit": […]}``, ``{"scores": …}``, ``{"plain": […], "in_format": […]}``, ``{"next": …}``, or
``{"problem": str}``.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from modelcheck.probe import Refusal
from modelcheck.probe.messages import Request, Run
from modelcheck.probe.parent import end_with_parent

_TIMES, _LIBRARIES = 4, 4 * 10**9
"""Bytes: the extra memory for converting a GGUF file, and torch's own memory."""


def main() -> None:
    """Read the request and write the results."""
    data = json.load(sys.stdin)
    end_with_parent(data.pop("removed", None))
    request = Request.from_json(data)
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # only results are written to standard output, whatever libraries print
    bound_memory(request)
    try:
        for line in probe(request):
            answer.write(json.dumps(line) + "\n")
            answer.flush()
    except Exception as error:  # noqa: BLE001 - process boundary: any error of the libraries is reported
        import traceback

        traceback.print_exc()
        answer.write(json.dumps({"problem": str(error) if isinstance(error, Refusal) else reason(error)}) + "\n")
        answer.flush()


def bound_memory(request: Request) -> None:
    """Limits the memory: a config may describe a larger model than the weights, and libraries build it."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    most = _TIMES * request.memory + _LIBRARIES
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def probe(request: Request) -> Iterator[dict[str, Any]]:
    """Load, score and write; yields the result of each stage. Raises Refusal."""
    from modelcheck.probe.devices import device_map
    from modelcheck.probe.loading import load
    from modelcheck.probe.precision import widened

    start = time.perf_counter()
    try:
        if request.only_room:
            device_map(request)
            return
        loaded = widened(load(request), request)
    except ImportError as error:
        raise Refusal(f"it needs {error.name or error}: pip install 'modelcheck[probe]'") from error
    run = Run(
        str(loaded.device), str(loaded.dtype).removeprefix("torch."), loaded.parameters, {"load": time.perf_counter() - start}
    )
    yield {"run": asdict(run)}
    if request.next_of:
        from modelcheck.probe.next_tokens import next_tokens

        yield {"next": next_tokens(loaded, request)}
        return

    from modelcheck.probe.first_tokens import first_tokens
    from modelcheck.probe.scoring import choose, score
    from modelcheck.probe.writing import write

    start = time.perf_counter()
    chosen, unfit = choose(loaded, request.formats)
    yield {"unfit": unfit}
    if chosen:
        yield {"scores": asdict(score(loaded, chosen, request.stops)) | first_tokens(loaded, chosen.format)}
    run.seconds["score"] = time.perf_counter() - start
    start = time.perf_counter()
    plain, in_format = write(loaded, request, chosen)
    run.seconds["write"] = time.perf_counter() - start
    yield {"plain": [asdict(one) for one in plain], "in_format": [asdict(one) for one in in_format], "run": asdict(run)}


def reason(error: Exception) -> str:
    """The first useful line of an error of transformers or torch."""
    text = str(error)
    first = next((line.strip() for line in text.splitlines() if line.strip()), type(error).__name__)
    if "trust_remote_code" in text:
        return "it needs Python code of the checkpoint's own: look at it, then --trust-remote-code runs it"
    if "CUDA" in text and re.search(r"out of memory|ALLOC_FAILED", text):
        return "the GPU's memory is full: free some of it, or --device cpu"
    if "memory" in text.lower() or isinstance(error, MemoryError):
        return "it does not fit into memory, or its config describes a larger model than its weights hold"
    return f"transformers could not run it: {first[:240]}"


if __name__ == "__main__":
    main()
