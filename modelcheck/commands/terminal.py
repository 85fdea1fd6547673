"""What standard output can do: its width, its encoding, colours."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from modelcheck.report import Style

_DEFAULT_WIDTH = 80
_MIN_WIDTH, _MAX_WIDTH = 40, 120
_BARS = "█▐▌│"


def report_style(*, to_file: bool, no_color: bool, verbosity: int, why: bool) -> Style:
    """How a reporter may write: to standard output, or to a file in UTF-8 without colours.

    ``verbosity`` is -1 for ``-q``, 1 for ``-v``, 2 for ``-vv``. Only a terminal gets wrapped and coloured text: in a pipe or a
    file one finding is one line. ``FORCE_COLOR`` asks for colours in a pipe, too; ``NO_COLOR`` and ``TERM=dumb`` for none.
    """
    terminal = not to_file and sys.stdout.isatty()
    color = not to_file and not no_color and wants_color(os.environ, terminal=terminal)
    return Style(
        color=color,
        width=max(_MIN_WIDTH, min(terminal_width(os.environ), _MAX_WIDTH)),
        verbosity=verbosity,
        why=why or verbosity > 0,
        unicode=can_encode(_BARS, "utf-8" if to_file else output_encoding("ascii")),
        wrap=terminal,
        links=terminal and color,
    )


def wants_color(environment: Mapping[str, str], *, terminal: bool) -> bool:
    """Whether the environment asks for colours: by https://no-color.org and https://force-color.org, else by the terminal."""
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return terminal and environment.get("TERM") != "dumb"


def terminal_width(environment: Mapping[str, str]) -> int:
    """Columns of the terminal: ``COLUMNS``, else what the terminal reports, else 80."""
    columns = environment.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size().columns or _DEFAULT_WIDTH
    except OSError:
        return _DEFAULT_WIDTH


def output_encoding(default: str) -> str:
    """The encoding of standard output; ``default`` where it has none."""
    return getattr(sys.stdout, "encoding", None) or default


def can_encode(text: str, encoding: str) -> bool:
    """Whether every character of ``text`` exists in ``encoding``."""
    try:
        text.encode(encoding)
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def encodable(text: str) -> str:
    """The text with ``?`` for each character that standard output cannot encode."""
    encoding = output_encoding("utf-8")
    return text.encode(encoding, "replace").decode(encoding)
