"""Facts made from files in memory, through the engine as in a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from modelcheck.api import Source
from modelcheck.engine.store import FactStore, Limits, Missing
from modelcheck.testing import MemorySource
from modelcheck.testing.checking import installed

T = TypeVar("T")


def store(files: Mapping[str, str | bytes], name: str = "memory", kind: str = "folder") -> FactStore:
    return FactStore(installed().registry, Limits(), {Source: MemorySource(files, name, kind)})


def known(fact: type[T], files: Mapping[str, str | bytes], **details: Any) -> T:
    made = store(files, **details)
    found = made.get(fact)
    assert found is not None, made.look_up(fact)
    return found


def broken(kind: type, files: Mapping[str, str | bytes]) -> str:
    made = store(files)
    assert isinstance(made.look_up(kind), Missing)
    return " | ".join(f"{broken.span}: {broken.message}" for broken in made.trouble.broken.values())
