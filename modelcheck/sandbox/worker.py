"""The worker process: reads one request per line, writes one answer per line. Started by ``client``; ends with its input.

Request: ``{"template": str, "conversations": [{"messages": […], "add_generation_prompt": bool, …}], "seconds": float}``.
Answer: ``{"rendered": [{"text": str} | {"kind": str, "message": str, "line": int | null}]}``, or one such problem at the top
level if the template does not compile. With ``"inspect": true`` the answer also has ``inspected``, from ``inspection``.
"""

from __future__ import annotations

import json
import sys
from functools import lru_cache
from typing import Any

MEMORY = 400 * 1024 * 1024
"""Maximum bytes of address space, including the interpreter."""
LONGEST = 1_000_000
"""Maximum characters of a rendered conversation."""


def main() -> None:
    """Answer requests until the input ends."""
    _bound_memory()
    import jinja2

    from modelcheck.sandbox.environment import environment

    made = environment()
    answer = sys.stdout
    sys.stdout = sys.stderr  # only answers are written to standard output
    answer.write("ready\n")
    answer.flush()
    for line in sys.stdin:
        request = json.loads(line)
        _alarm(request["seconds"])
        try:
            reply = _render(made, request, jinja2.TemplateSyntaxError)
        except MemoryError:
            reply = {"kind": "memory", "message": "needs more memory than a template may have", "line": None}
        _alarm(0)
        answer.write(json.dumps(reply) + "\n")
        answer.flush()


def _render(made: Any, request: dict[str, Any], syntax_error: type[Exception]) -> dict[str, Any]:
    try:
        template = _compiled(made, request["template"])
        inspected = _inspected(made, request["template"]) if request.get("inspect") else None
    except syntax_error as error:
        return {"kind": "syntax", "message": str(error), "line": getattr(error, "lineno", None)}
    except SyntaxError as error:  # of the Python that jinja2 makes of it: a break outside of a loop, loops nested too deeply
        return {"kind": "syntax", "message": f"cannot be compiled: {error.msg}", "line": None}
    except RecursionError:
        return {"kind": "syntax", "message": "is nested too deeply to be compiled", "line": None}
    return {"rendered": [_one(template, conversation) for conversation in request["conversations"]], "inspected": inspected}


@lru_cache(maxsize=4)
def _compiled(made: Any, template: str) -> Any:
    return made.from_string(template)


def _inspected(made: Any, template: str) -> dict[str, Any]:
    from modelcheck.sandbox.inspection import inspect

    return inspect(made, template)


def _one(template: Any, conversation: dict[str, Any]) -> dict[str, Any]:
    try:
        text = template.render(**conversation)
    except MemoryError:
        return {"kind": "memory", "message": "needs more memory than a template may have", "line": None}
    except RecursionError:
        return {"kind": "raised", "message": "calls itself without end", "line": None}
    except Exception as error:  # noqa: BLE001 - process boundary: any error of a template is reported
        return {
            "kind": "refused" if getattr(error, "on_purpose", False) else "raised",
            "message": f"{error}"[:500] or type(error).__name__,
            "line": getattr(error, "lineno", None),
        }
    if len(text) > LONGEST:
        return {
            "kind": "memory",
            "message": f"renders one short conversation to {len(text):,} characters",
            "line": None,
        }
    return {"text": text}


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit; the client's time limit still applies
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _alarm(seconds: float) -> None:
    """Limit the CPU time of a render, and its wall-clock time in case no client waits any more."""
    import signal

    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_REAL, seconds * 3)


if __name__ == "__main__":
    main()
