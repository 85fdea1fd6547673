"""Help of a command with many options: the options under headings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

FORMAT = "Write this format, to FILE if given. Repeatable.  [default: text on a terminal, else concise; docs/output.md lists all]"
"""The help of ``--format``, an option of two commands."""
_COLUMN = 18
"""Characters of an option before its help starts on the next line, so that the help of all sections starts in one column."""


class SectionedCommand(click.Command):
    """A command whose ``--help`` lists each option under the heading that ``sections`` (heading → parameter names) gives it.

    Options of no section, such as ``--help``, come last.
    """

    def __init__(self, *args: Any, sections: Mapping[str, tuple[str, ...]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sections = sections

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections."""
        options = (parameter for parameter in self.get_params(ctx) if isinstance(parameter, click.Option))
        waiting = {option.name or "": record for option in options if (record := option.get_help_record(ctx))}
        sections = [(heading, [waiting.pop(name) for name in names]) for heading, names in self._sections.items()]
        sections[-1][1].extend(waiting.values())
        for heading, records in sections:
            with formatter.section(heading):
                formatter.write_dl(records, _COLUMN)
