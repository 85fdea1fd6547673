"""What a process that loads a start is asked to do, and where it writes what it finds: one JSON object a line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, field
from typing import Any, Literal

from modelcheck.probe import Device
from modelcheck.probe.messages import Place
from modelcheck.records import record

_TRAINED = 3
"""The memory of a training as a multiple of the weights': activations and the adapter's optimizer."""


@record()
class Training:
    """How to train. ``steps`` are the steps at which the held-out answers are scored, the last one being the end.

    ``share`` is the part of the training rows that is used (0 to 1), ``rates`` the learning rates to try, ``search`` the steps of
    each trial. ``decay``: the rate falls to zero at the end, instead of staying. ``rank`` is LoRA's; ``keep`` a folder for the
    adapter.
    """

    seed: int
    steps: tuple[int, ...]
    rates: tuple[float, ...]
    search: int
    batch: int
    share: float = 1.0
    decay: bool = False
    rank: int = 16
    keep: str | None = None


@record()
class Job:
    """One start, loaded once. ``rows`` is the file with what it reads (``Rows``), ``weights`` a digest of its files.

    A ``graft`` is an adapter to run on it; ``ends`` are texts that end an answer, ``new_tokens`` tokens whose rows are learned.
    ``special``: the texts have no template, so the tokenizer adds its own tokens, such as the beginning of a text.
    """

    kind: Literal["score", "train", "graft"]
    place: Place
    adapter: Place | None
    need: int
    rows: str
    rows_digest: str
    weights: str
    length: int
    stops: tuple[int, ...]
    ends: tuple[str, ...] = ()
    new_tokens: tuple[str, ...] = ()
    training: Training | None = None
    graft: str | None = None
    written: int = 0
    device: Device = "auto"
    max_bytes: int | None = None
    remote_code: bool = False
    special: bool = False

    @property
    def digest(self) -> str:
        """A digest of all that its result depends on, but for the device and the memory."""
        said = asdict(self)
        for name in ("rows", "device", "max_bytes"):
            del said[name]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def memory(self) -> int:
        """Bytes that it takes, about."""
        return self.need * (1 if self.kind == "score" else _TRAINED)

    def json(self) -> dict[str, Any]:
        """The job as JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Job:
        """A job from JSON."""
        training = data["training"]
        made = Training(**{**training, "steps": tuple(training["steps"]), "rates": tuple(training["rates"])}) if training else None
        places = {
            name: Place(**{**data[name], "files": tuple(data[name]["files"])}) if data[name] else None
            for name in ("place", "adapter")
        }
        return cls(
            **{
                **data,
                **places,
                "training": made,
                "stops": tuple(data["stops"]),
                "ends": tuple(data["ends"]),
                "new_tokens": tuple(data["new_tokens"]),
            }
        )


@record()
class Rows:
    """What a start reads, rendered in its format: answers to ``train`` on and ``held`` back, raw texts, instructions.

    Each answer is ``[conversation, before, answer, end, plain]``; each of ``shots`` is a conversation in plain text.
    """

    train: list[list[Any]] = field(default_factory=list)
    held: list[list[Any]] = field(default_factory=list)
    shots: list[str] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
