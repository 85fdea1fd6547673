"""What one process reads of a folder's files, as it is sent to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import Any

from modelcheck.engine.files import Scanned, TreeReader
from modelcheck.engine.store import Trouble
from modelcheck.errors import Crash, PluginError
from modelcheck.facts.model_use import ModelUse
from modelcheck.findings import Span
from modelcheck.records import mutable


@mutable
class Part:
    """What was found in some files: the uses as readers found them, and of a traced folder what was asked for them."""

    uses: list[ModelUse]
    scanned: Scanned
    broken: list[tuple[Span, str]]
    trace: dict[Any, str] = field(default_factory=dict)
    complete: bool = True
    crashes: list[Crash] = field(default_factory=list)
    mistakes: list[PluginError] = field(default_factory=list)


def part_of(reader: TreeReader, named: Sequence[tuple[str, str]]) -> Part:
    """Read files, with what went wrong in them and not in others that the reader has read."""
    reader.trouble = trouble = Trouble()
    scanned = Scanned()
    uses = list(reader.read(named, scanned))
    broken = [(one.span, one.message) for one in trouble.broken.values()]
    return Part(uses, scanned, broken, crashes=trouble.crashes, mistakes=trouble.mistakes)
