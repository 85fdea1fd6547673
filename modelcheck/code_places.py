"""Where code is written: file and line, for messages to the author of a plug-in."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import CodeType, GeneratorType
from typing import Any, TypeVar

from modelcheck.findings import Span

T = TypeVar("T")


def place_of(function: object) -> Span | None:
    """The file and the first line of a function, its decorator's; None for one that is not written in Python.

    For anything else that is called, those of its class, or of the function that it wraps.
    """
    plain: Any = inspect.unwrap(function) if callable(function) else function
    plain = getattr(plain, "func", plain)  # of functools.partial
    code = getattr(plain, "__code__", None)
    return Span(shown_path(code.co_filename), code.co_firstlineno) if isinstance(code, CodeType) else _place_of_class(plain)


def _place_of_class(thing: object) -> Span | None:
    cls = thing if isinstance(thing, type) else type(thing)
    try:
        return Span(shown_path(inspect.getfile(cls)), inspect.getsourcelines(cls)[1])
    except (TypeError, OSError):  # it is built in, or its file is not there
        return None


def place_of_error(error: BaseException, package: str) -> Span | None:
    """The line of a package's code in which an exception was raised, or which called what raised it.

    For a SyntaxError that is the line which cannot be read; None if no code of the package ran or runs.
    """
    import traceback

    if isinstance(error, SyntaxError) and error.filename:
        return Span(shown_path(error.filename), error.lineno)
    if isinstance(error, WrongResult) and error.place:
        return error.place
    place = None
    callers = [(frame, frame.f_lineno) for frame, _ in traceback.walk_stack(None)]
    for frame, line in (*reversed(callers), *traceback.walk_tb(error.__traceback__)):
        if frame.f_globals.get("__name__", "").partition(".")[0] == package:
            place = Span(shown_path(frame.f_code.co_filename), line)
    return place


class WrongResult(TypeError):  # noqa: N818 - it is told as a TypeError, with a place
    """A function returned or yielded something that it may not. ``place`` is where it is written, ``by`` the module of a source."""

    def __init__(self, message: str, place: Span | None = None, *, by: str = "") -> None:
        super().__init__(message)
        self.place = place
        self.by = by


def place_in(made: object) -> Span | None:
    """The line on which a generator is; None for anything else."""
    frame = made.gi_frame if isinstance(made, GeneratorType) else None
    return Span(shown_path(frame.f_code.co_filename), frame.f_lineno) if frame else None


def yielded(made: Iterable[Any] | None, check: Callable[[Any], T]) -> Iterator[T]:
    """Everything that a function of a plug-in yields, checked. Raises WrongResult for what ``check`` raises TypeError for."""
    if made is not None and not isinstance(made, Iterable):
        raise WrongResult(f"it returned {type(made).__name__}, which is not iterable: write yield in place of return")
    for one in made or ():
        try:
            fine = check(one)
        except TypeError as error:
            raise WrongResult(str(error), place_in(made)) from None
        yield fine


def shown_path(path: str) -> str:
    """A path below the working folder as it is there, any other as it is."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except (ValueError, OSError):
        return path
