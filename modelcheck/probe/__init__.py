"""Runs a model in a process of its own and measures probabilities: the behaviour of the weights, whatever the metadata files say.

modelcheck renders the chat template (see ``sandbox``) and sends finished texts; the worker process loads the model with
transformers, tokenizes, and returns numbers. If it runs out of memory or crashes, only its own result is lost.
"""

from __future__ import annotations

from typing import Literal

from modelcheck.records import record

Device = Literal["auto", "cuda", "mps", "cpu"]


class Refusal(Exception):  # noqa: N818 - a result, not an error
    """The reason why a model cannot be run, for the report."""


@record()
class ProbeOptions:
    """How models may be run. ``seconds`` per model, download included; ``max_bytes`` of memory, None for all of the machine's.

    ``keep``: what is fetched from the Hub stays in its cache; otherwise weights that were not there before are removed again.
    ``base`` is the folder of the model to run adapters on, instead of the one that they name.
    """

    device: Device = "auto"
    max_bytes: int | None = None
    seconds: float = 600.0
    remote_code: bool = False
    base: str | None = None
    keep: bool = True
