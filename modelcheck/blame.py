"""The boundary to plug-in code: whatever it raises becomes a Crash that names the plug-in, and nothing else is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from modelcheck.errors import Crash


@contextmanager
def blame(name: str, plugin: str, where: str | None = None, *, allow: tuple[type[Exception], ...] = ()) -> Iterator[None]:
    """Run plug-in code. ``name`` is what runs (a rule, say), ``where`` the file or target that it runs on.

    The exceptions in ``allow``, which are part of that code's contract, pass through. Every other one becomes a Crash.
    """
    try:
        yield
    except Crash:
        raise
    except allow:
        raise
    except Exception as error:
        import traceback

        cause = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise Crash(name, plugin, cause, where, "".join(traceback.format_exception(error))) from error


def blame_source(crash: Crash, source: object, plugin: str) -> Crash:
    """Return the crash, named after the source if the exception passed through the source's own module.

    ``plugin`` is the plug-in that opened the source.
    """
    import traceback

    frames = traceback.walk_tb(crash.__cause__.__traceback__ if crash.__cause__ else None)
    if not any(frame.f_globals.get("__name__") == type(source).__module__ for frame, _ in frames):
        return crash
    return Crash(f"source {type(source).__name__}", plugin, crash.cause, crash.where, crash.details)
