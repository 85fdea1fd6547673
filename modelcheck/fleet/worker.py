"""The process that looks at targets within limits. Started by ``limited``; ends with it.

Reads a pickled ``Plan``, then triples of item, what is known of it, and step; answers each with a line of JSON.
"""

from __future__ import annotations

import json
import os
import pickle
from typing import Any, BinaryIO, TextIO

from modelcheck.fleet.looking import Need, Outcome, Plan, look
from modelcheck.limits import out_of_memory
from modelcheck.plugins import Plugins
from modelcheck.probe.parent import end_with_parent


def main() -> None:
    """Look at one target after the other until the input ends."""
    asked, answer, plan = begin()
    _bound_memory(plan.bytes)
    plugins = Plugins(plan.settings.disabled_plugins)
    while True:
        try:
            item, known, step = pickle.load(asked)  # noqa: S301
        except EOFError:
            return
        out_of_memory.clear()
        try:
            found = look(item, known, plan.shared(plugins.registry, plugins), plan, step)
        except MemoryError:
            out_of_memory.set()
        if out_of_memory.is_set():  # also where a fact or a rule went without what it had no room for
            most = f"{(plan.bytes or 0) / 1e9:g} GB (--target-memory)"
            found = Outcome(item, failure=("memory", f"it took more memory than {most}"))
        answer.write(json.dumps(sent(found)) + "\n")
        answer.flush()


def begin() -> tuple[BinaryIO, TextIO, Plan]:
    """Where targets come from, where answers go, and the plan."""
    end_with_parent()
    asked, answer = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # only answers are written to standard output
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)  # a target may be "-"
    os.close(nothing)
    plan: Plan = pickle.load(asked)  # noqa: S301 - from the process that started this one
    return asked, answer, plan


def sent(found: Outcome | Need) -> dict[str, Any]:
    """What became of an item, for ``limited.received``."""
    if isinstance(found, Need):
        return {"need": found.bytes}
    return {
        "version": found.version, "checkpoint": found.checkpoint, "uses": found.uses, "files": found.files,
        "failure": found.failure, "judged": found.judged,
    }  # fmt: skip


def _bound_memory(most: int | None) -> None:
    """Limit the memory of this process. Only the soft limit: the process of a model has a limit of its own."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    if most is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    main()
