"""The boundary to plug-in code: whatever it raises becomes a Crash that names the plug-in, and nothing else is lost."""

from __future__ import annotations

import traceback
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
        cause = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise Crash(name, plugin, cause, where, "".join(traceback.format_exception(error))) from error


def raised_in(crash: Crash, thing: object) -> bool:
    """Whether the exception of a crash passed through the module that defines the type of ``thing``."""
    frames = traceback.walk_tb(crash.__cause__.__traceback__ if crash.__cause__ else None)
    return any(frame.f_globals.get("__name__") == type(thing).__module__ for frame, _ in frames)
