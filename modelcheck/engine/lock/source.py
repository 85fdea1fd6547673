"""A checkpoint that is judged by its entry in the lock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelcheck.engine.lock.file import FILE, Locked
from modelcheck.facts.interface import Interface
from modelcheck.facts.sibling import BaseSibling, InstructSibling
from modelcheck.sources.named import NamedSource
from modelcheck.verdict import Verdict


class LockedSource(NamedSource):
    """A name with the facts that the lock holds for it (the protocol ``WithFacts``). No file of it is read."""

    def __init__(self, name: str, revision: str | None, locked: Locked) -> None:
        super().__init__(name, locked.commit or revision, f"judged from {FILE}", kind="lock")
        sibling = (locked.sibling, locked.sibling_verified) if locked.sibling else None
        its_base = locked.label == "instruct"
        self.facts: Mapping[type, Any] = {
            Verdict: locked.verdict,
            InstructSibling: InstructSibling(*sibling) if sibling and not its_base else None,
            BaseSibling: BaseSibling(*sibling) if sibling and its_base else None,
            Interface: locked.interface,
        }
