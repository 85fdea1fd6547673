"""A fault with what resembles it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Files = Mapping[str, str | bytes]


@dataclass(frozen=True)
class Fault:
    """``fine`` is what is correct → its files. ``says`` is a part of the message about ``files``."""

    rule: str
    files: Files
    fine: Mapping[str, Files]
    says: str = ""
    name: str = "memory"
    others: Mapping[str, Files] = field(default_factory=dict)
