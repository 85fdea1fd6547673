"""The three hooks. A plug-in is a module or object with some of them, named by an entry point in the group ``modelcheck``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from modelcheck.registry import Registry
    from modelcheck.report import Reporter
    from modelcheck.sources import Access, Source
    from modelcheck.sources.target import Target

hookspec = pluggy.HookspecMarker("modelcheck")
hookimpl = pluggy.HookimplMarker("modelcheck")


@hookspec
def modelcheck_register(registry: Registry) -> None:
    """Bring rules, signals, facts and readers: ``registry.scan(__name__)``, or ``registry.add(function)`` for each."""


@hookspec(firstresult=True)
def modelcheck_open(target: Target, access: Access) -> Source | None:
    """Open a target as a checkpoint, or leave it to the next. Raises TargetError where it is yours and cannot be opened."""
    raise NotImplementedError


@hookspec
def modelcheck_reporters() -> Mapping[str, Reporter]:
    """Bring output formats: name → function that turns a Report into text."""
    raise NotImplementedError
