"""What plug-ins print: it never gets into the report, which is all that standard output holds.

Standard output becomes a stream that only modelcheck's own code writes to. Everything else, also what a started program or a
library writes to the file descriptor, goes to standard error.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from inspect import currentframe
from types import FrameType
from typing import Any

from modelcheck.errors import PluginError
from modelcheck.plugin_code import caller, is_ours, mistake

Tell = Callable[[PluginError], object]
_HINT = "Yield a Finding, or write to sys.stderr"


class ReportStream(io.TextIOWrapper):
    """Standard output for the report. What others write goes to standard error, and is told once for each line of code."""

    def __init__(self, descriptor: int, like: io.TextIOWrapper, tell: Tell) -> None:
        binary = os.fdopen(descriptor, "wb")
        super().__init__(binary, like.encoding, like.errors, line_buffering=like.line_buffering, write_through=like.write_through)
        self._tell = tell

    def write(self, text: str, /) -> int:
        """Write a text of modelcheck's own to standard output, any other one to standard error."""
        frame = _caller()
        if is_ours(frame):
            return super().write(text)
        self._told(frame, "prints to standard output, which is the report's")
        return sys.stderr.write(text)

    @property
    def buffer(self) -> Any:
        """The binary stream below: of standard error, for others."""
        return super().buffer if is_ours(_caller()) else sys.stderr.buffer

    def close(self) -> None:
        """Close the stream, unless a plug-in asks for it."""
        if not self._told(_caller(), "closes standard output, which is the report's"):
            super().close()

    def _told(self, frame: FrameType | None, what: str) -> bool:
        found = caller(frame)
        if found:
            self._tell(mistake(found, what, _HINT))
        return found is not None


def _caller() -> FrameType | None:
    """The frame that called a method of the stream."""
    own = currentframe()
    method = own.f_back if own else None
    return method.f_back if method else None


def divert(tell: Tell) -> ReportStream | None:
    """Keep standard output for modelcheck's own code, and return it. None where it is not the process's own, as in a test."""
    stream = sys.stdout
    try:
        if not isinstance(stream, io.TextIOWrapper) or isinstance(stream, ReportStream) or stream.fileno() != 1:
            return None
        stream.flush()
        other = sys.stderr.fileno()
        own = os.dup(1)
    except (OSError, ValueError):  # one of them is closed
        return None
    os.dup2(other, 1)
    sys.stdout = ReportStream(own, stream, tell)
    return sys.stdout
