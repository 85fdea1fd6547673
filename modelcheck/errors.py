"""Everything that can go wrong, by whose fault it is. ``cli`` turns these errors into exit codes."""

from __future__ import annotations

from typing import Literal, get_args

from modelcheck.findings import Span

Kind = Literal["gated", "not-found", "offline", "timeout", "rate-limited", "unreadable", "unresolved", "not-run", "crash", "plugin"]
_KINDS: tuple[str, ...] = get_args(Kind)


def first_line(error: Exception) -> str:
    """The first line of an error that says something; libraries' errors may be pages long. Its type's name if none does."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)


class ModelcheckError(Exception):
    """An error that a person can act on; its text is the message."""

    exit_code = 3


class Misuse(ModelcheckError):  # noqa: N818 - a fault of the user's, as click's UsageError is
    """The command line or the configuration is invalid."""

    exit_code = 2


class PluginError(ModelcheckError):
    """A plug-in that cannot be loaded, or a function of it that cannot work.

    ``at`` is the place in its code, ``hint`` what to do, ``unknown`` the name that nothing has, ``cause`` what was raised.
    ``left_out`` is False for what works, but probably not as its author thinks.
    """

    def __init__(
        self,
        message: str,
        *,
        plugin: str = "",
        at: Span | None = None,
        hint: str = "",
        unknown: str = "",
        cause: BaseException | None = None,
        left_out: bool = True,
    ) -> None:
        super().__init__(message)
        self.left_out = left_out
        self.message = message
        self.plugin = plugin
        self.at = at
        self.hint = hint
        self.unknown = unknown
        self.cause = cause

    @property
    def text(self) -> str:
        """Place, message and hint, without the plug-in."""
        return f"{f'{self.at}: ' if self.at else ''}{self.message}{f'. {self.hint}' if self.hint else ''}"

    def __str__(self) -> str:
        return f"the plug-in {self.plugin}: {self.text}" if self.plugin else self.text


class Crash(ModelcheckError):  # noqa: N818 - reports call it so
    """Plug-in code raised an exception that its contract does not allow, or returned or yielded something invalid.

    ``name`` is the rule, signal, fact, reader, hook or reporter, and ``plugin`` the plug-in that it belongs to (empty for
    modelcheck itself). ``cause`` says what happened, ``where`` in which file or target, ``details`` is the traceback,
    ``at`` the line of the plug-in's code.
    """

    def __init__(
        self, name: str, plugin: str, cause: str, where: str | None = None, details: str = "", at: Span | None = None
    ) -> None:
        super().__init__(name, plugin, cause, where)
        self.name = name
        self.plugin = plugin
        self.cause = cause
        self.where = where
        self.details = details
        self.at = at

    def __str__(self) -> str:
        at = f", at {self.at}" if self.at and not self.plugin.startswith("modelcheck") else ""
        of = f" of {self.plugin}" if self.plugin else ""
        return f"{self.name}{of} crashed: {self.cause}{f' ({self.where})' if self.where else ''}{at}"


class TargetError(ModelcheckError):
    """A target that could not be read. ``kind`` is what scripts act on. Raises ValueError for one that is not in ``Kind``."""

    exit_code = 4

    def __init__(self, kind: Kind, message: str) -> None:
        super().__init__(message)
        if kind not in _KINDS:  # in the code of a plug-in, whose line this names
            raise ValueError(f"TargetError.kind must be one of {', '.join(_KINDS)}, not {kind!r}")
        self.kind = kind


class Unavailable(TargetError):  # noqa: N818 - it says why a fact is unknown, as Absent says why it is missing
    """A file that the checkpoint has and that could not be had: what it says is neither known nor missing."""

    def __init__(self, kind: Kind, path: str, reason: str) -> None:
        super().__init__(kind, f"{path} {'is withheld' if kind == 'gated' else 'could not be read'}: {reason}")
        self.path = path
        self.reason = reason


class Absent(Exception):  # noqa: N818 - not an error: it says why a fact is missing
    """Raised by a fact's provider when the checkpoint has no such thing; the text is the reason, in a few words.

    ``ordinary`` marks what most checkpoints lack, so that it is not reported (a GGUF file, a parent). ``details`` is shown with
    -vv: the traceback of another process, say.
    """

    def __init__(self, reason: str, *, ordinary: bool = False, details: str = "") -> None:
        super().__init__(reason)
        self.ordinary = ordinary
        self.details = details


class Broken(Exception):  # noqa: N818 - it becomes a finding
    """Raised by a fact's provider when a file exists but cannot be read; becomes one finding at ``span``."""

    def __init__(self, span: Span, message: str) -> None:
        super().__init__(message)
        self.span = span
        self.message = message


class OutOfTime(BaseException):
    """The processor time is used up. Not an Exception, so that no handler of the code that takes too long stops it."""


class Exceeded(Exception):  # noqa: N818 - not an error of the code: what it was given is too much
    """Work on a file uses more than it may; the text says more of what, as the end of a sentence about the file."""
