"""The boundary to plug-in code: whatever it raises becomes a Crash that names the plug-in, and nothing else is lost."""

from __future__ import annotations

import time
from collections.abc import Callable

from modelcheck.code_places import WrongResult, place_of, place_of_error
from modelcheck.errors import Crash, OutOfTime
from modelcheck.plugin_code import restore_path

_SHOWN = 80
_tracers: list[Callable[[str], object]] = []


def _tell(line: str) -> None:
    for tell in _tracers:
        tell(line)


class blame:  # noqa: N801 - a function to its callers; contextlib's generator would take a twentieth of a scan of many uses
    """Run plug-in code. ``name`` is what runs (a rule, say), ``where`` the file or target that it runs on.

    The exceptions in ``allow``, which are part of that code's contract, pass through. Every other one becomes a Crash,
    with the line in the package of ``code``, a function, at which it was raised.
    """

    __slots__ = ("_allow", "_code", "_name", "_plugin", "_start", "_where")

    def __init__(
        self,
        name: str,
        plugin: str,
        where: str | None = None,
        *,
        allow: tuple[type[Exception], ...] = (),
        code: Callable[..., object] | None = None,
    ) -> None:
        self._code = code
        self._name = name
        self._plugin = plugin
        self._where = where
        self._allow = allow

    def __enter__(self) -> None:
        if _tracers:
            self._start = time.perf_counter()
            if not self._plugin and self._where:
                _tell(f"target {self._where}")

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if _tracers and self._plugin and not self._plugin.startswith("modelcheck"):
            self._trace(error)
        lost = restore_path() if self._plugin and not self._plugin.startswith("modelcheck") else []
        if lost:
            error = RuntimeError(f"it removes {', '.join(lost)[:_SHOWN]} from sys.path, where all modules are found")
        if error is None or isinstance(error, (Crash, *self._allow)):
            return
        # A plug-in that calls sys.exit() would end the scan, and with 0 as if nothing had been found.
        if not isinstance(error, (Exception, SystemExit)) and not (self._plugin and _its_own(error)):
            return
        import traceback

        kind = "TypeError" if isinstance(error, WrongResult) else type(error).__name__
        cause = f"{kind}: {error}" if str(error) else kind
        module = getattr(self._code, "__module__", None) or ""
        at = place_of_error(error, module.partition(".")[0]) if module else None
        if at is None and self._code is not None:
            at = place_of(self._code)
        raise Crash(self._name, self._plugin, cause, self._where, "".join(traceback.format_exception(error)), at) from error

    def _trace(self, error: BaseException | None) -> None:
        took = f"{1000 * (time.perf_counter() - self._start):.1f} ms"
        where = f" on {self._where}" if self._where else ""
        ended = f": {type(error).__name__}: {error}" if error else ""
        _tell(f"{self._plugin}: {self._name}{where}, {took}{ended}")


def _its_own(error: BaseException) -> bool:
    """Whether the code itself raised what is not an Exception: Ctrl-C interrupts it, and its time runs out, wherever it is."""
    if not isinstance(error, KeyboardInterrupt):
        return not isinstance(error, OutOfTime)
    from opcode import opmap

    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return last is not None and last.tb_frame.f_code.co_code[last.tb_lasti] == opmap["RAISE_VARARGS"]


def trace_with(tell: Callable[[str], object]) -> None:
    """From now on ``tell`` gets a line for each call of a third party's code."""
    _tracers[:] = [tell]


def blame_source(crash: Crash, source: object, plugin: str) -> Crash:
    """Return the crash, named after the source if the exception passed through the source's own module.

    ``plugin`` is the plug-in that opened the source.
    """
    import traceback

    module, error = type(source).__module__, crash.__cause__
    frames = traceback.walk_tb(error.__traceback__ if error else None)
    is_its = isinstance(error, WrongResult) and error.by == module
    if not is_its and not any(frame.f_globals.get("__name__") == module for frame, _ in frames):
        return crash
    at = place_of_error(error, module.partition(".")[0]) if error else None
    return Crash(f"source {type(source).__name__}", plugin, crash.cause, crash.where, crash.details, at or crash.at)
