"""Where code is written: file and line, for messages to the author of a plug-in."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import CodeType, GeneratorType
from typing import Any, TypeVar

from modelcheck.findings import Span

T = TypeVar("T")


def place_of(function: Callable[..., Any]) -> Span | None:
    """The file and the first line of a function, its decorator's; None for one that is not written in Python."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return Span(_shown(code.co_filename), code.co_firstlineno) if isinstance(code, CodeType) else None


def place_of_error(error: BaseException, package: str) -> Span | None:
    """The line of a package's code in which an exception was raised, or which called what raised it.

    For a SyntaxError that is the line which cannot be read; None if no code of the package ran or runs.
    """
    import traceback

    if isinstance(error, SyntaxError) and error.filename:
        return Span(_shown(error.filename), error.lineno)
    if isinstance(error, WrongYield) and error.place:
        return error.place
    place = None
    callers = [(frame, frame.f_lineno) for frame, _ in traceback.walk_stack(None)]
    for frame, line in (*reversed(callers), *traceback.walk_tb(error.__traceback__)):
        if frame.f_globals.get("__name__", "").partition(".")[0] == package:
            place = Span(_shown(frame.f_code.co_filename), line)
    return place


class WrongYield(TypeError):  # noqa: N818 - it is told as a TypeError, with a place
    """A function yielded something that it may not; ``place`` is where, if it is a generator."""

    def __init__(self, message: str, made: object) -> None:
        super().__init__(message)
        frame = made.gi_frame if isinstance(made, GeneratorType) else None
        self.place = Span(_shown(frame.f_code.co_filename), frame.f_lineno) if frame else None


def yielded(made: Iterable[Any] | None, check: Callable[[Any], T]) -> Iterator[T]:
    """Everything that a function of a plug-in yields, checked. Raises WrongYield for what ``check`` raises TypeError for."""
    for one in made or ():
        try:
            fine = check(one)
        except TypeError as error:
            raise WrongYield(str(error), made) from None
        yield fine


def _shown(path: str) -> str:
    """A path below the working folder as it is there, any other as it is."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except (ValueError, OSError):
        return path
