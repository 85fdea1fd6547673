"""The result of a comparison, as reports show it."""

from __future__ import annotations

from collections import Counter
from dataclasses import field
from typing import Any

from modelcheck.compare.chat_format import ChatFormat
from modelcheck.compare.data import Data
from modelcheck.compare.options import Options
from modelcheck.compare.splitting import Split
from modelcheck.compare.starts import Start
from modelcheck.compare.statistics import Difference
from modelcheck.records import mutable, record


@mutable
class Trained:
    """One seed's training: the held-out loss (bits a byte, by conversation) at each point, after so many examples (``amounts``).

    ``matched`` is the metric of each answer that was written, ``stopped`` the share of those that ended by themselves; ``raw`` and
    ``asked`` are the loss on other texts, and the share of the fixed instructions that were followed, before and after.
    """

    seed: int
    amounts: tuple[int, ...]
    losses: list[list[float]]
    before: list[float]
    rate: float
    tried: dict[str, float | None]
    matched: list[float]
    stopped: float | None
    raw: tuple[float, float] | None
    asked: tuple[float, float] | None
    seconds: float
    memory: int
    kept: str | None = None
    samples: tuple[tuple[str, str, str], ...] = ()


@mutable
class Outcome:
    """What is known of one start. ``triage`` is measure → value by conversation. ``problem`` says why there is no more.

    ``digest`` is that of its files. ``grafted``: the start is another one's training, run on this one's weights.
    """

    start: Start
    format: ChatFormat
    triage: dict[str, list[float]] = field(default_factory=dict)
    trained: list[Trained] = field(default_factory=list)
    problem: str | None = None
    grafted: bool = False
    digest: str = ""
    run: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The start's name."""
        return self.start.name


@record()
class Paired:
    """``better`` minus ``other`` on one measure, so that a positive difference is for ``better``; ``p`` is corrected (Holm).

    ``relative`` is the difference as a share of the other's loss; None where the measure is no loss. ``decided``: it can be told.
    ``continued`` is how often the start that is better is so after a full training as well, by a scaling law; None after one.
    """

    measure: str
    better: str
    other: str
    difference: Difference
    p: float
    decided: bool
    relative: float | None = None
    continued: float | None = None


@mutable
class Comparison:
    """Everything. ``pairs`` are the outcomes that decide, ``triage`` the paired measures without training.

    ``steps`` and ``full`` are the steps that were trained, and those of a full training. ``interrupted``: results are missing.
    """

    options: Options
    data: Data
    parts: Split
    refused: Counter[str]
    outcomes: list[Outcome]
    languages: dict[str, int]
    pairs: list[Paired] = field(default_factory=list)
    triage: list[Paired] = field(default_factory=list)
    by_task: list[tuple[str, Paired]] = field(default_factory=list)
    steps: int = 0
    full: int = 0
    interrupted: bool = False
    versions: dict[str, str] = field(default_factory=dict)
