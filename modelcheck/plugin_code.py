"""Code of third parties: whose frame is running, and what it may not do to the process that all plug-ins share.

``guard`` is called once in a command, before the first plug-in is loaded, and only where one is installed.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from inspect import currentframe
from types import FrameType

from modelcheck.code_places import shown_path
from modelcheck.errors import PluginError
from modelcheck.findings import Span

_OURS = ("modelcheck", "modelcheck_rules")
_REFUSED = {
    "os.chdir": "changes the working folder, from which all paths are. Use absolute paths, or cwd=… of what you start",
    "os.fork": "forks the process, and both would write the report. Start a program with subprocess",
    "os.forkpty": "forks the process, and both would write the report. Start a program with subprocess",
    "os.exec": "replaces the process, and nothing would be reported. Start a program with subprocess",
    "builtins.input": "asks for input, which a scan has nobody to give. Take it from an option or the environment",
}
_ENVIRONMENT = ("os.putenv", "os.unsetenv")
_SETTING = "changes the environment, which all plug-ins share. Use env=… of what you start, or set it at the import"
_packages: dict[str, str] = {}
"""Package → plug-in."""
_path: list[str] = []
"""``sys.path`` before the first plug-in was loaded."""


def guard(packages: Mapping[str, str]) -> None:
    """From now on know the code of these packages (package → plug-in), and refuse what harms the others in it."""
    first = not _packages
    _packages.update(packages)
    if first and _packages:
        import traceback  # noqa: F401 - which tells of a plug-in that has emptied sys.path

        _path[:] = sys.path
        sys.addaudithook(_refuse)


def restore_path() -> list[str]:
    """Put back the entries that ``sys.path`` has lost since ``guard``, and return them."""
    if len(sys.path) >= len(_path) and sys.path[-len(_path) :] == _path:
        return []
    lost = [one for one in _path if one not in sys.path]
    sys.path.extend(lost)
    return lost


def caller(frame: FrameType | None) -> tuple[str, FrameType] | None:
    """The plug-in whose code called, directly or through a library, and its frame. None if modelcheck's own did, or neither."""
    while frame is not None:
        package = _package(frame)
        if package in _packages:
            return _packages[package], frame
        if package in _OURS:
            return None
        frame = frame.f_back
    return None


def is_ours(frame: FrameType | None) -> bool:
    """Whether modelcheck's own code called, and no plug-in's between it and here."""
    while frame is not None:
        package = _package(frame)
        if package in _packages or package in _OURS:
            return package in _OURS
        frame = frame.f_back
    return False


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def place_of_frame(frame: FrameType) -> Span:
    """The line that a frame is on."""
    return Span(shown_path(frame.f_code.co_filename), frame.f_lineno)


def mistake(found: tuple[str, FrameType], message: str, hint: str) -> PluginError:
    """A mistake of the plug-in whose frame was found."""
    return PluginError(message, plugin=found[0], at=place_of_frame(found[1]), hint=hint)


def _refuse(event: str, _: tuple[object, ...]) -> None:
    """The audit hook: raises in the line of a plug-in that does what is refused, so that it is a crash of its function there."""
    if event in _REFUSED:
        problem = _REFUSED[event]
    elif event in _ENVIRONMENT:
        problem = _SETTING
    else:
        return
    own = currentframe()
    frame = own.f_back if own else None
    while frame is not None and frame.f_globals.get("__name__", "") in ("os", "contextlib", "pty", "collections.abc"):
        frame = frame.f_back
    if frame is None or _package(frame) not in _packages or (event in _ENVIRONMENT and _may_set(frame)):
        return
    raise RuntimeError(f"it {problem}")


def _may_set(frame: FrameType | None) -> bool:
    """Whether code runs at the import of a plug-in or in one of its hooks, which may prepare what its library reads."""
    while frame is not None and _package(frame) in _packages:
        if frame.f_code.co_name == "<module>" or frame.f_code.co_name.startswith("modelcheck_"):
            return True
        frame = frame.f_back
    return False
