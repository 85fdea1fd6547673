"""Renders chat templates, which are code of strangers, in a process of their own with bounded time and memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a template gave no text: it does not compile, it refused by ``raise_exception``, it failed, or it took too much."""

    kind: Literal["syntax", "refused", "raised", "time", "memory"]
    message: str
    line: int | None = None
