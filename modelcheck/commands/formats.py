"""``--format NAME[=FILE]``: which reports a run writes, and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from modelcheck.records import record, replace

if TYPE_CHECKING:
    from modelcheck.commands.output import Write
    from modelcheck.report import Report, Reporter, Style

_STREAMED = ("jsonl",)
"""Formats that are written target by target, as each is finished."""
_OF_COMMANDS = ("github", "azure", "teamcity")
"""Formats that consist of commands to a CI system. Their reporters pass each text that they quote through ``printable``."""


@record()
class Wanted:
    """One report: its format, and its file (None: standard output). ``main`` is the one without a file of its own."""

    name: str
    path: Path | None
    main: bool = False


def wanted(given: Sequence[str], output: Path | None, *, detailed: bool) -> list[Wanted]:
    """The reports that the options ask for. One of them at most has no file: it goes to ``output``, or to standard output.

    Without a format that is text on a terminal, and where only text has what is asked for (``detailed``), else concise. Raises
    UsageError.
    """
    from modelcheck.commands.output import each_once, named_files

    found = [Wanted(name, file, main=file is None) for name, file in named_files(given)]
    if output and found and all(one.path for one in found):
        raise click.UsageError("--output is for a format without a file, and each --format here has one")
    if not found:
        import sys

        terminal = output is None and sys.stdout.isatty()
        found.append(Wanted("text" if terminal or detailed else "concise", None, main=True))
    made = [Wanted(one.name, output if one.main else one.path, one.main) for one in found]
    each_once(one.path for one in made)
    return made


class Outputs:
    """The open reports of a run."""

    def __init__(self, writes: list[tuple[Wanted, Reporter, Style, Write]]) -> None:
        self._writes = writes

    def part(self, report: Report) -> None:
        """Write the report of one target, in the formats that are written while a run goes on."""
        for wanted_, reporter, style, write in self._writes:
            if wanted_.name in _STREAMED:
                write(reporter(report, style))

    def saved(self, report: Report) -> None:
        """Write a report that is complete, in every format."""
        for _, reporter, style, write in self._writes:
            write(reporter(report, style))

    def whole(self, report: Report, *, diff: str | None = None) -> None:
        """Write the report of the run in the other formats; ``diff`` stands in the place of the one that has no file of its own."""
        from modelcheck.commands.output import say

        for wanted_, reporter, style, write in self._writes:
            if diff is not None and wanted_.main:
                write(diff)
            elif wanted_.name not in _STREAMED:
                write(reporter(report, style))
        if diff and not any(one.main for one, *_ in self._writes):
            say(diff)


@record()
class Shown:
    """The options about how reports look. ``verbosity`` is -1 for ``-q``, 1 for ``-v``, 2 for ``-vv``."""

    no_color: bool
    verbosity: int
    why: bool
    statistics: bool


@contextmanager
def outputs(reports: Sequence[Wanted], reporters: Mapping[str, Reporter], shown: Shown) -> Iterator[Outputs]:
    """Opens every report; each file is put in place when the block ends. Raises BadParameter for an unknown format, WriteError."""
    from modelcheck.commands.output import report_output
    from modelcheck.commands.terminal import report_style
    from modelcheck.config import suggestion

    for one in reports:
        if one.name not in reporters:
            known = ", ".join(sorted(reporters))
            raise click.BadParameter(f"{one.name!r} is not one of {known}{suggestion(one.name, reporters)}", param_hint="--format")
    with ExitStack() as stack:
        made = []
        for one in reports:
            style = report_style(to_file=bool(one.path), no_color=shown.no_color, verbosity=shown.verbosity, why=shown.why)
            style = replace(style, statistics=True) if shown.statistics else style
            write = report_output(one.path, streams=one.name in _STREAMED, colors=style.color, commands=one.name in _OF_COMMANDS)
            made.append((one, reporters[one.name], style, stack.enter_context(write)))
        yield Outputs(made)
