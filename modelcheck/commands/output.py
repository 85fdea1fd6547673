"""Where a command writes: standard output or a file, and the error for what cannot be written."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, TypeVar

import click

Write = Callable[[str], None]
T = TypeVar("T")
_report: list[IO[str]] = []
"""Standard output, where plug-ins must not write to it. ``sys.stdout`` may be replaced by one of them."""


def report_to(stream: IO[str] | None) -> None:
    """Write what goes to standard output to this stream from now on; None changes nothing."""
    _report[:] = [stream] if stream else _report


def say(text: object, *, error: bool = False) -> None:
    """Write a line to standard output, or to standard error, without what could control a terminal or a CI system."""
    from modelcheck.commands.terminal import encodable
    from modelcheck.printable import printable

    click.echo(encodable(printable(str(text))), file=None if error else _stream(), err=error)


def _stream() -> IO[str] | None:
    return _report[0] if _report else None


def named_files(given: Sequence[str]) -> list[tuple[str, Path | None]]:
    """The name and the file of each ``NAME[=FILE]``. Raises UsageError for two without a file, or two with the same."""
    found = []
    for one in given:
        name, separator, file = one.partition("=")
        if separator and not file:
            raise click.UsageError(f"--format {one}: no file after the equals sign")
        found.append((name, Path(file) if separator else None))
    plain = [name for name, file in found if file is None]
    if len(plain) > 1:
        raise click.UsageError(
            f"--format {' and '.join(plain)}: only one can go to standard output; write NAME=FILE for the others"
        )
    each_once(file for _, file in found)
    return found


def each_once(paths: Iterable[Path | None]) -> None:
    """Raises UsageError for a file that is named twice; None is none."""
    files = [path.absolute() for path in paths if path]
    for file in files:
        if files.count(file) > 1:
            raise click.UsageError(f"{file.name} is written by two formats")


def chosen_formats(texts: Sequence[str], known: Mapping[str, Callable[[T], str]]) -> list[tuple[Callable[[T], str], Path | None]]:
    """What ``--format NAME[=FILE]`` asks for: the function that makes a report, and its file, None for standard output.

    The format ``text`` without one. Raises BadParameter for a name that is not ``known``, UsageError for two with one place.
    """
    chosen = []
    for name, file in named_files(texts or ("text",)):
        if name not in known:
            raise click.BadParameter(f"{name!r}: there are {', '.join(known)}", param_hint="--format")
        chosen.append((known[name], file))
    return chosen


def write_formats(made: T, chosen: Iterable[tuple[Callable[[T], str], Path | None]]) -> None:
    """Write a result in each of the chosen formats. Raises WriteError."""
    from modelcheck.writing import write_file

    for write, file in chosen:
        text = write(made)
        if file is None:
            say(text)
        else:
            with write_errors(file):
                write_file(file, f"{text}\n".encode())


class WriteError(click.ClickException):
    """A file that the command line names and that cannot be written: the user's mistake, exit code 2."""

    exit_code = 2

    def __init__(self, path: Path | str, error: OSError) -> None:
        super().__init__(f"cannot write {path}: {error.strerror or error}")


@contextmanager
def write_errors(path: Path | None = None) -> Iterator[None]:
    """Turns an OSError of the block into a WriteError about ``path``, or about the file that the error names."""
    try:
        yield
    except OSError as error:
        raise WriteError(path or error.filename or "a file", error) from None


@contextmanager
def report_output(path: Path | None, *, streams: bool, colors: bool, commands: bool = False) -> Iterator[Write]:
    """Yields a function that writes text and a line end to ``path``, or to standard output where that is None.

    What could control a terminal or a CI system is left out, but for ``colors`` and ``commands`` if the report has some of its own.

    ``streams`` puts the file in place at once, so that it can be read while it grows; otherwise it replaces an older one when the
    block ends. Raises WriteError.
    """
    from modelcheck.printable import printable

    if path is None:
        from modelcheck.commands.terminal import encodable

        def print_(text: str) -> None:
            if text:  # click removes colours from what goes to a pipe, unless it is told that they are meant
                click.echo(encodable(printable(text, colors=colors, commands=commands)), _stream(), color=colors or None)

        yield print_
        return

    from modelcheck.writing import replacing

    opened = ExitStack()
    with write_errors(path):
        file = opened.enter_context(replacing(path, at_once=streams, streams=True))

    def write(text: str) -> None:
        if text:
            with write_errors(path):
                file.write(f"{printable(text, commands=commands)}\n".encode())
                file.flush()

    try:
        yield write
    except BaseException:
        with suppress(OSError):  # of closing, which would hide the error itself
            opened.__exit__(*sys.exc_info())
        raise
    with write_errors(path):
        opened.close()
