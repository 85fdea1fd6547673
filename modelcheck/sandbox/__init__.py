"""Renders chat templates, which are untrusted code, in a separate process with limited time and memory."""

from __future__ import annotations

from typing import Literal

from modelcheck.records import record


@record(eq=True)
class Problem:
    """Why a template was not rendered: it does not compile, calls ``raise_exception``, fails, or exceeds a limit."""

    kind: Literal["syntax", "refused", "raised", "time", "memory"]
    message: str
    line: int | None = None
