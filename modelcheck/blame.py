"""The boundary to plug-in code: whatever it raises becomes a Crash that names the plug-in, and nothing else is lost."""

from __future__ import annotations

from modelcheck.errors import Crash


class blame:  # noqa: N801 - a function to its callers; contextlib's generator would take a twentieth of a scan of many uses
    """Run plug-in code. ``name`` is what runs (a rule, say), ``where`` the file or target that it runs on.

    The exceptions in ``allow``, which are part of that code's contract, pass through. Every other one becomes a Crash.
    """

    __slots__ = ("_allow", "_name", "_plugin", "_where")

    def __init__(self, name: str, plugin: str, where: str | None = None, *, allow: tuple[type[Exception], ...] = ()) -> None:
        self._name = name
        self._plugin = plugin
        self._where = where
        self._allow = allow

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if not isinstance(error, Exception) or isinstance(error, (Crash, *self._allow)):
            return
        import traceback

        cause = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise Crash(self._name, self._plugin, cause, self._where, "".join(traceback.format_exception(error))) from error


def blame_source(crash: Crash, source: object, plugin: str) -> Crash:
    """Return the crash, named after the source if the exception passed through the source's own module.

    ``plugin`` is the plug-in that opened the source.
    """
    import traceback

    frames = traceback.walk_tb(crash.__cause__.__traceback__ if crash.__cause__ else None)
    if not any(frame.f_globals.get("__name__") == type(source).__module__ for frame, _ in frames):
        return crash
    return Crash(f"source {type(source).__name__}", plugin, crash.cause, crash.where, crash.details)
