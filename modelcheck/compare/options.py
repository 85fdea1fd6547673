"""What a comparison is to do."""

from __future__ import annotations

from pathlib import Path

from modelcheck.probe import Device
from modelcheck.records import record

RATES = (1e-4, 3e-4, 1e-3)


@record(kw_only=True)
class Options:
    """``train`` is the share of a full training (0 to 1), None for none; ``steps`` is a number of steps instead.

    A full training is ``epochs`` passes over the training part, in batches of ``batch``. ``held`` is the share that is held back.
    ``metric`` names the outcome that decides, None for the loss. ``written`` answers are written after the training. ``seconds`` is
    the limit of all processes together. ``work`` keeps the results.
    """

    train: float | None = None
    steps: int | None = None
    epochs: float = 3.0
    batch: int = 8
    seeds: tuple[int, ...] = (0, 1, 2)
    rates: tuple[float, ...] = RATES
    rank: int = 16
    length: int = 1024
    held: float = 0.2
    metric: str | None = None
    written: int = 64
    graft: bool = False
    device: Device = "auto"
    max_bytes: int | None = None
    remote_code: bool = False
    seconds: float | None = None
    work: Path = Path(".modelcheck_compare")
