"""Everything that can go wrong, by whose fault it is; ``cli`` alone turns these into exit codes."""

from __future__ import annotations

from typing import Literal

from modelcheck.findings import Span

Kind = Literal["gated", "not-found", "offline", "timeout", "rate-limited", "unreadable", "crash"]


class ModelcheckError(Exception):
    """An error that a person can act on; its text is the message."""

    exit_code = 3


class Misuse(ModelcheckError):  # noqa: N818 - it names a fault of the asking, as click's UsageError does
    """The command line or the configuration asks for something that cannot be."""

    exit_code = 2


class PluginError(ModelcheckError):
    """A plug-in that cannot be loaded, or declares what cannot work; the text names it."""


class TargetError(ModelcheckError):
    """A target that could not be read. ``kind`` is what scripts act on."""

    exit_code = 4

    def __init__(self, kind: Kind, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Absent(Exception):  # noqa: N818 - it is no error: it says why a fact is not there
    """Raised by a fact's provider when the checkpoint has no such thing; the text is the reason, in a few words.

    ``ordinary`` marks what most checkpoints do not have, so that nobody needs to be told (a GGUF file, a parent). ``details`` is
    what -vv shows of it: a traceback of another process, say.
    """

    def __init__(self, reason: str, *, ordinary: bool = False, details: str = "") -> None:
        super().__init__(reason)
        self.ordinary = ordinary
        self.details = details


class Broken(Exception):  # noqa: N818 - it becomes a finding
    """Raised by a fact's provider when a file is there and cannot be read; becomes one finding at ``span``."""

    def __init__(self, span: Span, message: str) -> None:
        super().__init__(message)
        self.span = span
        self.message = message
