"""Runs a model in a process of its own and asks it for probabilities: what the weights do, whatever the papers say.

The process that asks renders the chat template (see ``sandbox``) and sends finished texts; the one that answers loads the model by
transformers, tokenizes, and sends numbers back. Out of memory or crashed, it takes nothing along but its own answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Device = Literal["auto", "cuda", "mps", "cpu"]


class Refusal(Exception):  # noqa: N818 - it is an answer
    """Why the model cannot be asked, in words for the report."""


@dataclass(frozen=True, slots=True, eq=False)
class ProbeOptions:
    """How models may be run. ``seconds`` for each, fetching included; ``max_bytes`` of memory, None for what the machine has.

    ``base`` is a folder with the model to put adapters on, in place of what they name.
    """

    device: Device = "auto"
    max_bytes: int | None = None
    seconds: float = 600.0
    remote_code: bool = False
    base: str | None = None
