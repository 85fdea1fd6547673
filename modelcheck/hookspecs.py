"""The three hooks. A plug-in is a module or object with some of them, named by an entry point in the group ``modelcheck``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from modelcheck.hooks import hookspec

if TYPE_CHECKING:
    from modelcheck.registry import Registry
    from modelcheck.report import Reporter
    from modelcheck.sources import Access, Source
    from modelcheck.sources.target import Target


@hookspec
def modelcheck_register(registry: Registry) -> None:
    """Register rules, signals, facts and readers: ``registry.scan(__name__)``, or ``registry.add(function)`` for each."""


@hookspec(firstresult=True)
def modelcheck_open(target: Target, access: Access) -> Source | None:
    """Return the source of a target, or None to leave the target to the next plug-in.

    The plug-in that was registered last is asked first; the first source that is returned wins, except that folders, files and
    schemes that modelcheck opens itself stay its own. ``target.kind`` is ``other`` for a
    text that modelcheck itself does not know, such as ``acme://thing``: when no plug-in opens it, the run reports it as not found.
    The same hook is asked for the models of other schemes that a scanned file names.

    Raises TargetError when the target belongs to this plug-in and cannot be opened.
    """
    raise NotImplementedError


@hookspec
def modelcheck_reporters() -> Mapping[str, Reporter]:
    """Return output formats: name → function that turns a Report into text."""
    raise NotImplementedError
